using System.Net;
using Microsoft.AspNetCore.Authorization;
using Platform.Api.Http;

namespace Platform.Api.Security.RateLimits;

/// <summary>Whose requests are counted together, and by which policy.</summary>
public readonly record struct RateSubject(RatePolicy Policy, EntityKey Key)
{
    /// <summary>
    /// The caller of this request. Where none is needed, as to sign in, it is the address even of those who are signed in:
    /// an account must not buy more guesses at passwords.
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

    /// <summary>Who is counted by what they are called and not by an id: nothing of the name is kept.</summary>
    public static EntityKey KeyOf(string scope, string name) => new(Caller.Platform, OperationId.FromKey(scope, name).Value);
}
