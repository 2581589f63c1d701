using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Authorization;
using Platform.Api.Auth;
using Platform.Api.Startup;

namespace Platform.Api.RateLimits;

/// <summary>Whose requests are counted together, and by which policy.</summary>
public readonly record struct RateSubject(RatePolicy Policy, EntityKey Key)
{
    /// <summary>
    /// The caller of this request. Where none is needed, as to sign in, it is the address even of those who are signed in:
    /// an account must not buy more guesses at passwords.
    /// </summary>
    public static RateSubject Of(HttpContext http, RatePolicies policies) =>
        http.User is not SignedIn caller || http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null
            ? new RateSubject(policies.Ip, KeyOf(http.Connection.RemoteIpAddress))
            : caller.Kind == CallerKind.ServiceAccount ? new RateSubject(policies.ServiceAccount, caller.Key)
            : new RateSubject(caller.Key == FirstStart.WarmUpUser ? policies.WarmUp : policies.User, caller.Key);

    /// <summary>An address counts as it is, in IPv6 with all of its /64: that is what one customer has.</summary>
    public static EntityKey KeyOf(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var client = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        var text = client is null || !client.TryWriteBytes(bytes, out _) ? "unknown"
            : client.AddressFamily == AddressFamily.InterNetwork ? Convert.ToHexString(bytes[..4])
            : Convert.ToHexString(bytes[..8]);
        return new EntityKey(Caller.Platform, OperationId.FromKey("rate-limit.ip", text).Value);
    }
}
