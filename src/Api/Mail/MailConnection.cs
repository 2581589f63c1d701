using System.Globalization;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Platform.Api.Http;

namespace Platform.Api.Mail;

/// <summary>A connection to the mail server, opened for the first message and kept for the next ones.</summary>
public sealed class MailConnection(MailOptions options, TrustedAuthorities? authorities, TimeProvider time) : IDisposable
{
    private SmtpClient? _client;
    private bool _plain;

    /// <summary>Sends one message within the timeout of an attempt.</summary>
    public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await SendAsync(MailMessages.NeedsUtf8(message), message, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Dispose();
            throw new TimeoutException("The mail server did not answer in time.");
        }
        catch (SmtpCommandException)
        {
            throw; // The server refused this message; the connection is still usable.
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Disconnects, without waiting for a server that does not answer.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await (_client?.DisconnectAsync(quit: true, either.Token) ?? Task.CompletedTask);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SmtpProtocolException)
        {
            // Dispose closes it anyway.
        }

        Dispose();
    }

    public void Dispose()
    {
        _client?.Dispose();
        _client = null;
    }

    // SMTPUTF8 only if a local part needs it, because not every server supports it and domains have an ASCII form. MailKit has no setting
    // per message, and a removed capability only comes back with a new connection.
    private async Task SendAsync(bool needsUtf8, MimeMessage message, CancellationToken cancellationToken)
    {
        var client = _client is { IsConnected: true } open && !(needsUtf8 && _plain) ? open : await OpenAsync(cancellationToken);
        if (!needsUtf8)
        {
            client.Capabilities &= ~SmtpCapabilities.UTF8;
            _plain = true;
        }

        await client.SendAsync(message, cancellationToken);
    }

    private async Task<SmtpClient> OpenAsync(CancellationToken cancellationToken)
    {
        Dispose();
        _plain = false;
        var client = _client = new SmtpClient
        {
            // An OCSP responder that is down must not stop all mail, and private authorities have none.
            CheckCertificateRevocation = false,
        };
        if (authorities is not null)
        {
            client.ServerCertificateValidationCallback =
                (_, certificate, chain, errors) => authorities.Accepts(certificate, chain, errors);
        }

        await client.ConnectAsync(new IdnMapping().GetAscii(options.Host!), options.Port, Security(options), cancellationToken);
        if (options.User is { Length: > 0 } user)
        {
            await client.AuthenticateAsync(user, options.Password ?? "", cancellationToken);
        }

        return client;
    }

    // Never MailKit's "when available" options: they fall back to plain text if an attacker strips STARTTLS.
    private static SecureSocketOptions Security(MailOptions options) => (options.Tls, options.TlsMode) switch
    {
        (false, _) => SecureSocketOptions.None,
        (_, MailTls.Implicit) => SecureSocketOptions.SslOnConnect,
        (_, MailTls.Auto) when options.Port == 465 => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTls,
    };
}
