using System.Net;
using Microsoft.AspNetCore.Authorization;
using Platform.Api.Http;

namespace Platform.Api.Security.RateLimits;

/// <summary>The subject whose requests count together, and its policy.</summary>
public readonly record struct RateSubject(RatePolicy Policy, EntityKey Key)
{
    /// <summary>
    /// Returns the caller of the request. Anonymous routes such as sign-in count by client address even for signed-in callers, so that an
    /// account does not allow more password guesses.
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

    /// <summary>Returns the key of a subject without an id. Only a hash of the name is used.</summary>
    public static EntityKey KeyOf(string scope, string name) => new(Caller.Platform, OperationId.FromKey(scope, name).Value);
}
