using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using Platform.Testing;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Platform.Api.Tests.Mail;

/// <summary>A real SMTP server on this machine. It keeps all messages, hangs on "slow@" and refuses "nobody@" and "nobody+..@".</summary>
internal sealed class TestMailServer : MessageStore, IAsyncDisposable
{
    public const string User = "platform";
    public const string Password = "the password of the mail server";

    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2? _certificate;
    private readonly Task _running;
    private int _sessions;

    public TestMailServer((string Certificate, string Key)? pem = null, bool isImplicit = false, bool needsLogin = false)
    {
        _certificate = pem is var (certificate, key) ? X509Certificate2.CreateFromPem(certificate, key) : null;
        var options = new SmtpServerOptionsBuilder().ServerName("mail.test").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).IsSecure(isImplicit).AuthenticationRequired(needsLogin);
            // Without TLS the server asks for a password, which the client must not send.
            endpoint.AllowUnsecureAuthentication(_certificate is null);
            if (_certificate is not null)
            {
                endpoint.Certificate(_certificate);
            }
        }).Build();
        var services = new ServiceProvider();
        services.Add((IMessageStore)this);
        services.Add(new Recipients());
        services.Add(new DelegatingUserAuthenticator((user, password) =>
        {
            Logins.Add((user, password));
            return (user, password) == (User, Password);
        }));
        var server = new SmtpServer.SmtpServer(options, services);
        server.SessionCreated += (_, _) => Interlocked.Increment(ref _sessions);
        _running = server.StartAsync(_stop.Token);
    }

    public int Port { get; } = FreePorts.Next();

    public int Sessions => Volatile.Read(ref _sessions);

    public ConcurrentBag<(string User, string Password)> Logins { get; } = [];

    public ConcurrentQueue<(IReadOnlyList<string> Recipients, MimeMessage Message)> Letters { get; } = new();

    public override async Task<SmtpResponse> SaveAsync(
        ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(buffer.ToArray());
        Letters.Enqueue(([.. transaction.To.Select(to => $"{to.User}@{to.Host}")], await MimeMessage.LoadAsync(stream, cancellationToken)));
        return SmtpResponse.Ok;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_running);
        _stop.Dispose();
        _certificate?.Dispose();
    }

    private sealed class Recipients : MailboxFilter
    {
        public override async Task<bool> CanDeliverToAsync(
            ISessionContext context, SmtpServer.Mail.IMailbox to, SmtpServer.Mail.IMailbox from, CancellationToken cancellationToken)
        {
            if (to.User == "slow")
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            return !to.User.StartsWith("nobody", StringComparison.Ordinal);
        }
    }
}
