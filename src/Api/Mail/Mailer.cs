using System.Threading.Channels;
using MailKit.Net.Smtp;
using Microsoft.Extensions.Options;
using MimeKit;
using Platform.Api.Http;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Mail;

/// <summary>
/// Sends e-mail in the background, so that the time of an answer does not reveal whether one was sent. After three failed attempts a
/// message is dropped and logged without its text and address; the user has to request it again.
/// </summary>
[Singleton(Hosted = true)]
public sealed partial class Mailer(IOptions<MailOptions> options, TimeProvider time, ILogger<Mailer> logger) : BackgroundService
{
    private const int Attempts = 3;
    private const int Connections = 4; // A message on which the server hangs must not block the others.

    private readonly Channel<Letter> _letters = Channel.CreateBounded<Letter>(10_000);

    public void Send(Letter letter)
    {
        if (!PlaceholderAddress.Is(letter.To) && !_letters.Writer.TryWrite(letter))
        {
            NotDelivered(logger, letter.Subject, "", "too many messages are waiting");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value is { Host: null, Folder: null })
        {
            NotConfigured(logger);
        }

        var authorities = options.Value.CaCertificate is { Length: > 0 } file ? new TrustedAuthorities(file) : null;
        try
        {
            var connections = options.Value.Host is null ? 1 : Connections;
            await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => WorkAsync(authorities, stoppingToken)));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task WorkAsync(TrustedAuthorities? authorities, CancellationToken stoppingToken)
    {
        using var connection = new MailConnection(options.Value, authorities, time);
        while (await _letters.Reader.WaitToReadAsync(stoppingToken))
        {
            while (_letters.Reader.TryRead(out var letter))
            {
                await DeliverAsync(connection, letter, stoppingToken);
            }

            await connection.CloseAsync(stoppingToken);
        }
    }

    private async Task DeliverAsync(MailConnection connection, Letter letter, CancellationToken stoppingToken)
    {
        MimeMessage? message = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Reuse the message, so that a server whose answer was lost recognises the duplicate by its id.
                message ??= MailMessages.Of(letter, options.Value.From, time.GetUtcNow());
                await SendAsync(connection, message, stoppingToken);
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                if (attempt == Attempts || IsFinal(exception))
                {
                    NotDelivered(logger, letter.Subject, message?.To.Mailboxes.FirstOrDefault()?.Domain ?? "", Reason(exception));
                    message?.Dispose();
                    return;
                }

                await Task.Delay(TimeSpan.FromSeconds(attempt), time, stoppingToken);
            }
        }
    }

    private async Task SendAsync(MailConnection connection, MimeMessage message, CancellationToken stoppingToken)
    {
        if (options.Value.Host is not null)
        {
            await connection.SendAsync(message, stoppingToken);
        }
        else if (options.Value.Folder is { } folder)
        {
            await MailFolder.WriteAsync(folder, message, stoppingToken);
        }
    }

    private static bool IsFinal(Exception exception) =>
        exception is FormatException or SmtpCommandException { StatusCode: >= (SmtpStatusCode)500 };

    // The server's text may repeat the address or the message, so only its code is logged.
    private static string Reason(Exception exception) =>
        exception is SmtpCommandException refused ? $"{refused.ErrorCode}, {(int)refused.StatusCode}" : exception.GetType().Name;

    [LoggerMessage(1, LogLevel.Warning,
        "Mail is not configured (Mail:Host or Mail:Folder): invitations and password resets are not delivered.")]
    private static partial void NotConfigured(ILogger logger);

    [LoggerMessage(2, LogLevel.Error, "An e-mail was not delivered: {Subject}, to an address at '{Domain}' ({Reason})")]
    private static partial void NotDelivered(ILogger logger, string subject, string domain, string reason);
}
