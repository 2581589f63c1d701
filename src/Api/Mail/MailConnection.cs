using System.Globalization;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Platform.Api.Http;

namespace Platform.Api.Mail;

/// <summary>A connection to the mail server, opened for the first letter and kept for the next ones.</summary>
public sealed class MailConnection(MailOptions options, TrustedAuthorities? authorities, TimeProvider time) : IDisposable
{
    private SmtpClient? _client;
    private bool _plain;

    /// <summary>Hands one letter to the server, within the time that an attempt may take.</summary>
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
            throw; // An answer about this letter: the connection is as good as before.
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Says goodbye. A server that does not answer is left without.</summary>
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
            // It is closed all the same.
        }

        Dispose();
    }

    public void Dispose()
    {
        _client?.Dispose();
        _client = null;
    }

    // SMTPUTF8 only where a local part needs it: a domain in another script has a form in ASCII, which every server on the way understands.
    // The client cannot be told so for one letter, and takes an extension that was put aside up again with a new connection alone.
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
            // A responder that is down must not stop all mail, and private authorities have none.
            CheckCertificateRevocation = false,
        };
        if (authorities is not null)
        {
            client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => authorities.Accepts(certificate, chain, errors);
        }

        await client.ConnectAsync(new IdnMapping().GetAscii(options.Host!), options.Port, Security(options), cancellationToken);
        if (options.User is { Length: > 0 } user)
        {
            await client.AuthenticateAsync(user, options.Password ?? "", cancellationToken);
        }

        return client;
    }

    // Never one of MailKit's choices "when available": those go on in plain text where somebody in between takes STARTTLS away.
    private static SecureSocketOptions Security(MailOptions options) => (options.Tls, options.TlsMode) switch
    {
        (false, _) => SecureSocketOptions.None,
        (_, MailTls.Implicit) => SecureSocketOptions.SslOnConnect,
        (_, MailTls.Auto) when options.Port == 465 => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTls,
    };
}
