using System.Diagnostics;
using System.Net;

namespace Platform.Api.Common;

/// <summary>Where a request comes from, as the audit log keeps it.</summary>
public static class RequestOrigin
{
    private const int MaxUserAgent = 200;

    /// <summary>The address behind the proxies that are trusted, the user agent and the trace of this request.</summary>
    public static Origin Of(HttpContext http, ActorKind actor = ActorKind.User) => new(
        AddressOf(http)?.ToString(),
        http.Request.Headers.UserAgent is { Count: > 0 } agent ? Text.OneLine(agent.ToString(), MaxUserAgent) : null,
        Activity.Current?.TraceId.ToHexString(),
        actor);

    /// <summary>The client's address in its plain form: IPv4 where it is mapped into IPv6, without a zone; null where there is none.</summary>
    public static IPAddress? AddressOf(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        return address is null ? null : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());
    }
}
