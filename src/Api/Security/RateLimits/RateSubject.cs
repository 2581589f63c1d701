using System.Net;
using Microsoft.AspNetCore.Authorization;
using Platform.Api.Http;

namespace Platform.Api.Security.RateLimits;

/// <summary>Who is counted, and by which policy.</summary>
public readonly record struct RateSubject(RatePolicy Policy, EntityKey Key)
{
    /// <summary>
    /// The subject of this request. Anonymous routes such as sign-in count by address even for signed-in callers, because an account must
    /// not give more password guesses.
    /// </summary>
    public static RateSubject Of(HttpContext http, RatePolicies policies)
    {
        var metadata = http.GetEndpoint()?.Metadata;
        return http.User is not SignedIn caller || metadata?.GetMetadata<IAllowAnonymous>() is not null
            ? new RateSubject(policies.Ip, KeyOf(http.Connection.RemoteIpAddress))
            : metadata?.GetMetadata<RevokesMark>() is not null && !policies.Revoker.IsOff
                ? new RateSubject(policies.Revoker, KeyOf("rate-limit.revoke", caller.ProofId.ToString()))
            : caller.Kind == CallerKind.ServiceAccount ? new RateSubject(policies.ServiceAccount, caller.Key)
            : new RateSubject(caller.Key == WarmUpCaller.Key ? policies.WarmUp : policies.User, caller.Key);
    }

    public static EntityKey KeyOf(IPAddress? address) => KeyOf("rate-limit.ip", ClientAddress.NetworkOf(address));

    /// <summary>The key of a subject that has a name instead of an id. The name itself is not stored.</summary>
    public static EntityKey KeyOf(string scope, string name) => new(Caller.Platform, OperationId.FromKey(scope, name).Value);
}
