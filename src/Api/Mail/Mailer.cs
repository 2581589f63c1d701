using System.Net.Mail;
using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Platform.Api.Mail;

/// <summary>Settings of mail, section <c>Mail</c>: a server, or a folder that the letters are written to as .eml files.</summary>
public sealed class MailOptions
{
    public string From { get; set; } = "platform@localhost";

    public string? Host { get; set; }

    public int Port { get; set; } = 587;

    public bool Tls { get; set; } = true;

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>Where there is no server: a folder for .eml files.</summary>
    public string? Folder { get; set; }
}

/// <summary>A letter in plain text.</summary>
public sealed record Letter(string To, string Subject, string Text);

/// <summary>
/// Sends letters in the background, so that no answer tells by its time whether one was sent. A letter that cannot be delivered is
/// tried three times, then logged without its text: whoever waits for it asks again.
/// </summary>
public sealed partial class Mailer(IOptions<MailOptions> options, ILogger<Mailer> logger) : BackgroundService
{
    private const int Attempts = 3;

    private readonly Channel<Letter> _letters = Channel.CreateBounded<Letter>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Send(Letter letter) => _letters.Writer.TryWrite(letter);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value is { Host: null, Folder: null })
        {
            NotConfigured(logger);
        }

        try
        {
            await foreach (var letter in _letters.Reader.ReadAllAsync(stoppingToken))
            {
                await DeliverAsync(letter, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task DeliverAsync(Letter letter, CancellationToken stoppingToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var client = Client(options.Value);
                if (client is null)
                {
                    return;
                }

                using var message = new MailMessage(options.Value.From, letter.To, letter.Subject, letter.Text);
                await client.SendMailAsync(message, stoppingToken);
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                if (attempt == Attempts)
                {
                    NotDelivered(logger, letter.Subject, exception.GetType().Name);
                    return;
                }

                await Task.Delay(TimeSpan.FromSeconds(attempt), stoppingToken);
            }
        }
    }

    private static SmtpClient? Client(MailOptions options)
    {
        if (options.Host is { } host)
        {
            return new SmtpClient(host, options.Port)
            {
                EnableSsl = options.Tls,
                Credentials = options.User is null ? null : new System.Net.NetworkCredential(options.User, options.Password),
                Timeout = 10_000,
            };
        }

        if (options.Folder is not { } folder)
        {
            return null;
        }

        var path = Path.GetFullPath(folder);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            // Letters hold tokens.
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = path };
    }

    [LoggerMessage(1, LogLevel.Warning, "Mail is not configured (Mail:Host or Mail:Folder): invitations and resets reach nobody.")]
    private static partial void NotConfigured(ILogger logger);

    [LoggerMessage(2, LogLevel.Error, "A letter was not delivered: {Subject} ({Failure})")]
    private static partial void NotDelivered(ILogger logger, string subject, string failure);
}
