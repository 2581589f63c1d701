using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Platform.Api.Http;

namespace Platform.Api.Security;

/// <summary>Where a request comes from, as the audit log keeps it.</summary>
public static class RequestOrigin
{
    private const int MaxUserAgent = 200;

    /// <summary>Client address, user agent and trace of this request, of the kind of caller that it has unless another is named.</summary>
    public static Origin Of(HttpContext http, ActorKind? actor = null) => new(
        ClientAddress.Of(http)?.ToString(),
        http.Request.Headers.UserAgent is { Count: > 0 } agent ? Text.OneLine(agent.ToString(), MaxUserAgent) : null,
        Activity.Current?.TraceId.ToHexString(),
        actor ?? KindOf(http));

    // Where no caller is needed, as to sign in, whoever acts is a user: a key that was sent along says nothing of them.
    private static ActorKind KindOf(HttpContext http) =>
        http.User is SignedIn { Kind: CallerKind.ServiceAccount } && http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
            ? ActorKind.ServiceAccount
            : ActorKind.User;
}
