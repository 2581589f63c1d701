using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Api.Mail;
using Platform.Testing;

namespace Platform.Api.Tests.Mail;

/// <summary>Sending e-mail to a real SMTP server.</summary>
public sealed class MailerTests : IDisposable
{
    private const string Secret = "pmt_the-secret-of-a-letter";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly TestAuthority _authority = new("Authority of the mail server");
    private readonly TestFolder _folder = new();
    private readonly Lines _log = new();

    public MailerTests() => File.WriteAllText(_folder.In("ca.pem"), _authority.Pem);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_letter_arrives_over_tls_with_its_text(bool isImplicit)
    {
        await using var server = new TestMailServer(_authority.Issue(), isImplicit, needsLogin: true);
        using var host = await StartAsync(
            server.Port, ("TlsMode", isImplicit ? "implicit" : "starttls"), ("From", "Plätze <platform@bücher.example>"));
        Send(host, "zoë@example.test", "Grüße – Привет", $"Hello Žofie, 你好\n\n{Secret}\n");
        await ArrivedAsync(server, 1);
        var (recipients, message) = Assert.Single(server.Letters);
        Assert.Equal("zoë@example.test", Assert.Single(recipients));
        Assert.Equal("Grüße – Привет", message.Subject);
        Assert.Equal($"Hello Žofie, 你好\n\n{Secret}", message.TextBody!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Equal("Plätze", message.From.Mailboxes.Single().Name);
        Assert.Equal(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero), message.Date);
        Assert.Matches("^[0-9a-f]{32}@xn--bcher-kva.example$", message.MessageId);
        Assert.Equal((TestMailServer.User, TestMailServer.Password), Assert.Single(server.Logins.Distinct()));
    }

    /// <summary>Regression: the domain was sent in UTF-8, so mail was lost if a server on the way supported only ASCII.</summary>
    [Fact]
    public async Task A_domain_in_another_script_is_a_recipient_in_ascii()
    {
        await using var server = new TestMailServer();
        using var host = await StartAsync(server.Port, ("Tls", "false"), ("User", ""));
        Send(host, "ada@bücher.example", "Hello", "Text");
        await ArrivedAsync(server, 1);
        var (recipients, message) = Assert.Single(server.Letters);
        Assert.Equal("ada@xn--bcher-kva.example", Assert.Single(recipients));
        Assert.Equal("ada@bücher.example", message.To.Mailboxes.Single().Address);
    }

    [Fact]
    public async Task After_a_letter_in_ascii_one_that_needs_utf8_arrives_too()
    {
        await using var server = new TestMailServer();
        using var host = await StartAsync(server.Port, ("Tls", "false"), ("User", ""));
        for (var letter = 0; letter < 6; letter++)
        {
            Send(host, letter % 2 == 0 ? $"ada{letter}@bücher.example" : $"zoë{letter}@example.test", "Hello", "Text");
        }

        await ArrivedAsync(server, 6);
        Assert.Equal(
            ["ada0@xn--bcher-kva.example", "ada2@xn--bcher-kva.example", "ada4@xn--bcher-kva.example", "zoë1@example.test",
                "zoë3@example.test", "zoë5@example.test"],
            server.Letters.Select(letter => Assert.Single(letter.Recipients)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_released_address()
    {
        await using var server = new TestMailServer();
        using var host = await StartAsync(server.Port, ("Tls", "false"), ("User", ""));
        Send(host, Platform.Identity.PlaceholderAddress.Of(new EntityKey(Guid.Empty, Guid.Empty)), "Hello", "Text");
        Send(host, "ada@example.test", "Hello", "Text");
        await ArrivedAsync(server, 1);
        await StopsQuicklyAsync(host);
        Assert.Equal("ada@example.test", Assert.Single(Assert.Single(server.Letters).Recipients));
    }

    [Fact]
    public async Task Waiting_letters_share_connections()
    {
        await using var server = new TestMailServer();
        using var host = await StartAsync(server.Port, ("Tls", "false"), ("User", ""));
        for (var letter = 0; letter < 40; letter++)
        {
            Send(host, $"user{letter}@example.test", "Hello", "Text");
        }

        await ArrivedAsync(server, 40);
        Assert.InRange(server.Sessions, 1, 20);
        Assert.Equal(40, server.Letters.Select(letter => letter.Message.MessageId).Distinct().Count());
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("starttls")]
    [InlineData("implicit")]
    public async Task A_server_without_tls_gets_no_letter_and_no_password(string mode)
    {
        await using var server = new TestMailServer();
        using var host = await StartAsync(server.Port, ("TlsMode", mode), ("Timeout", "00:00:03"));
        Send(host, "ada@example.test", "Hello", Secret);
        await LoggedAsync("An e-mail was not delivered: Hello");
        Assert.Empty(server.Letters);
        Assert.Empty(server.Logins);
        Assert.DoesNotContain(_log.All, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_with_a_certificate_of_another_authority_gets_no_password()
    {
        using var stranger = new TestAuthority("Another authority");
        await using var server = new TestMailServer(stranger.Issue(), needsLogin: true);
        using var host = await StartAsync(server.Port);
        Send(host, "ada@example.test", "Hello", Secret);
        await LoggedAsync("An e-mail was not delivered: Hello, to an address at 'example.test' (SslHandshakeException)");
        Assert.Empty(server.Logins);
        Assert.Empty(server.Letters);
    }

    [Fact]
    public async Task A_refused_recipient_is_logged_without_address_and_text_and_not_retried()
    {
        await using var server = new TestMailServer();
        using var host = await StartAsync(server.Port, ("Tls", "false"), ("User", ""));
        Send(host, $"nobody+{Secret}@example.test", "Hello", Secret);
        Send(host, "ada@example.test", "Hello", "Text");
        await LoggedAsync("An e-mail was not delivered: Hello, to an address at 'example.test' (RecipientNotAccepted, 550)");
        await ArrivedAsync(server, 1);
        Assert.DoesNotContain(
            _log.All, line => line.Contains(Secret, StringComparison.Ordinal) || line.Contains("nobody", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ada@example.test\r\nBcc: eve@example.test", "Hello")]
    [InlineData("ada@example.test\nBcc: eve@example.test", "Hello")]
    [InlineData("Ada\r\nBcc: eve@example.test <ada@example.test>", "Hello")]
    [InlineData("\"ada\r\nRCPT TO:<eve@example.test>\"@example.test", "Hello")]
    [InlineData("ada@example.test, eve@example.test", "Hello")]
    [InlineData("ada@example.test", "Hello\r\nBcc: eve@example.test")]
    [InlineData("ada@example.test", "Hello\rBcc: eve@example.test")]
    public void Addresses_names_and_subjects_cannot_inject_headers_or_recipients(string to, string subject) =>
        Assert.Throws<FormatException>(
            () => MailMessages.Of(new Letter(to, subject, "Text"), "platform@example.test", DateTimeOffset.UnixEpoch));

    [Fact]
    public async Task A_letter_on_which_the_server_hangs_delays_neither_others_nor_the_stop()
    {
        await using var server = new TestMailServer();
        using var host = await StartAsync(server.Port, ("Tls", "false"), ("User", ""), ("Timeout", "00:10:00"));
        Send(host, "slow@example.test", "Hello", "Text");
        await Eventually.HoldsAsync(() => server.Sessions == 1, Timeout, "the slow message is being sent");
        Send(host, "ada@example.test", "Hello", "Text");
        await ArrivedAsync(server, 1);
        await StopsQuicklyAsync(host);
    }

    [Fact]
    public async Task A_silent_server_times_out_and_does_not_delay_the_stop()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        using var host = await StartAsync(port, ("Timeout", "00:00:01"));
        Send(host, "ada@example.test", "Hello", "Text");
        await LoggedAsync("An e-mail was not delivered: Hello, to an address at 'example.test' (TimeoutException)");
        using var patient = await StartAsync(port, ("Timeout", "00:10:00"));
        Send(patient, "ada@example.test", "Hello", "Text");
        using var accepted = await silent.AcceptTcpClientAsync().WaitAsync(Timeout);
        await StopsQuicklyAsync(patient);
    }

    [Theory]
    [InlineData("From", "no address")]
    [InlineData("Port", "0")]
    [InlineData("TlsMode", "whenAvailable")]
    [InlineData("CaCertificate", "/no/such/file.pem")]
    public async Task An_invalid_setting_stops_the_start(string name, string value) =>
        await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(2525, (name, value)));

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private async Task<IHost> StartAsync(int port, params (string Name, string Value)[] settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        var mail = new Dictionary<string, string?>
        {
            ["Mail:Host"] = "127.0.0.1",
            ["Mail:Port"] = $"{port}",
            ["Mail:User"] = TestMailServer.User,
            ["Mail:Password"] = TestMailServer.Password,
            ["Mail:From"] = "platform@example.test",
            ["Mail:CaCertificate"] = _folder.In("ca.pem"),
        };
        foreach (var (name, value) in settings)
        {
            mail[$"Mail:{name}"] = value;
        }

        builder.Configuration.AddInMemoryCollection(mail);
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton<TimeProvider>(new ShiftedTime());
        MailHosting.Add(builder.Services);
        builder.Services.AddSingleton<Mailer>().AddHostedService(provider => provider.GetRequiredService<Mailer>());
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    private static void Send(IHost host, string to, string subject, string text) =>
        host.Services.GetRequiredService<Mailer>().Send(new Letter(to, subject, text));

    private static Task ArrivedAsync(TestMailServer server, int count) =>
        Eventually.HoldsAsync(() => server.Letters.Count >= count, Timeout, $"{count} letters have arrived");

    private Task LoggedAsync(string text) =>
        Eventually.HoldsAsync(() => _log.All.Any(line => line.Contains(text, StringComparison.Ordinal)), Timeout, $"the log says: {text}");

    private static async Task StopsQuicklyAsync(IHost host)
    {
        var began = Stopwatch.GetTimestamp();
        await host.StopAsync().WaitAsync(Timeout);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    // A fixed date that differs from the machine's, with real timers.
    private sealed class ShiftedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
