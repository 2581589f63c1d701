using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Platform.Api.Http;

namespace Platform.Api.Security;

/// <summary>Reads the origin of a request for the audit log.</summary>
public static class RequestOrigin
{
    private const int MaxUserAgent = 200;

    /// <summary>Client address, user agent, trace and actor kind of this request.</summary>
    public static Origin Of(HttpContext http, ActorKind? actor = null) => new(
        ClientAddress.Of(http)?.ToString(),
        http.Request.Headers.UserAgent is { Count: > 0 } agent ? Text.OneLine(agent.ToString(), MaxUserAgent) : null,
        Activity.Current?.TraceId.ToHexString(),
        actor ?? KindOf(http));

    // On anonymous routes such as sign-in the actor is a user, even if a service-account key was sent along.
    private static ActorKind KindOf(HttpContext http) =>
        http.User is SignedIn { Kind: CallerKind.ServiceAccount } && http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
            ? ActorKind.ServiceAccount
            : ActorKind.User;
}
