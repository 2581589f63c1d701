using System.Net;
using System.Net.Sockets;

namespace Platform.Api.Http;

/// <summary>
/// Where a client is, the one answer for limits, sessions and the audit log: the address behind the proxies that are trusted, in its
/// plain form (IPv4 where it is mapped into IPv6, without a zone), and the network that is one customer's.
/// </summary>
public static class ClientAddress
{
    /// <summary>Null where there is none.</summary>
    public static IPAddress? Of(HttpContext http) => Plain(http.Connection.RemoteIpAddress);

    /// <summary>An address counts as it is, in IPv6 with all of its /64: that is what one customer has. A name of it, no address.</summary>
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
