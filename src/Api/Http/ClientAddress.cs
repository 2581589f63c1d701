using System.Net;
using System.Net.Sockets;

namespace Platform.Api.Http;

/// <summary>
/// The address of a client behind trusted proxies, as rate limits, sessions and the audit log use it: IPv4-mapped IPv6 becomes IPv4, and
/// zones are dropped.
/// </summary>
public static class ClientAddress
{
    /// <summary>The client's address; null if unknown.</summary>
    public static IPAddress? Of(HttpContext http) => Plain(http.Connection.RemoteIpAddress);

    /// <summary>A name for the client's network: the IPv4 address, or the IPv6 /64, which is what one customer gets.</summary>
    public static string NetworkOf(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var plain = Plain(address);
        return plain is null || !plain.TryWriteBytes(bytes, out _) ? "unknown"
            : plain.AddressFamily == AddressFamily.InterNetwork ? Convert.ToHexString(bytes[..4])
            : Convert.ToHexString(bytes[..8]);
    }

    private static IPAddress? Plain(IPAddress? address) =>
        address is null ? null : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());
}
