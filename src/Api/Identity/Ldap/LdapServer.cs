using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Platform.Api.Http;

namespace Platform.Api.Identity.Ldap;

/// <summary>The address of the directory, and the certificate it must present.</summary>
public sealed class LdapServer
{
    // The extended request 1.3.6.1.4.1.1466.20037 as message 1 (RFC 4511, 4.14).
    private static readonly byte[] StartTlsRequest = [0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16, .. "1.3.6.1.4.1.1466.20037"u8];

    private readonly TrustedAuthorities? _authorities;
    private readonly TimeSpan _timeout;

    public LdapServer(LdapOptions options)
    {
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Host.Length == 0 ||
            !(url.Scheme == "ldaps" ? !options.StartTls : url.Scheme == "ldap" && options.StartTls))
        {
            throw new InvalidOperationException("Auth:Ldap:Url must be ldaps://host[:port], or ldap://host[:port] with StartTls=true.");
        }

        (Host, Port, StartsTls, _timeout) =
            (url.Host, url.Port > 0 ? url.Port : options.StartTls ? 389 : 636, options.StartTls, options.Timeout);
        if (options.CaCertificate.Length > 0)
        {
            _authorities = new TrustedAuthorities(options.CaCertificate);
        }
    }

    public string Host { get; }

    public int Port { get; }

    public bool StartsTls { get; }

    /// <summary>
    /// Checks within the timeout that the server responds with a valid certificate. libldap waits forever for a server that accepts a
    /// connection but sends nothing, so it must only be called after this.
    /// </summary>
    /// <exception cref="LdapUnavailableException">The server is unavailable or its certificate is not valid.</exception>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_timeout);
        try
        {
            using var socket = new TcpClient { NoDelay = true };
            await socket.ConnectAsync(Host, Port, limit.Token);
            var stream = socket.GetStream();
            if (StartsTls)
            {
                await stream.WriteAsync(StartTlsRequest, limit.Token);
                if (await stream.ReadAsync(new byte[512], limit.Token) == 0)
                {
                    throw new LdapUnavailableException("it closed the connection instead of starting TLS");
                }
            }

            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = Host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateChainPolicy = _authorities?.Policy(),
                },
                limit.Token);
        }
        catch (AuthenticationException)
        {
            throw new LdapUnavailableException("its certificate is not valid for this address and the trusted authorities");
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            throw new LdapUnavailableException($"it cannot be reached ({exception.GetType().Name})");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LdapUnavailableException("it timed out");
        }
    }
}

/// <summary>The directory cannot be queried. The message is for the log.</summary>
public sealed class LdapUnavailableException(string reason) : Exception(reason);
