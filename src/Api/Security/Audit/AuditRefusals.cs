using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Platform.Api.Http;
using Platform.Api.Security.RateLimits;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Security.Audit;

/// <summary>Writes refusals of the API to the audit log.</summary>
public static class AuditRefusals
{
    // Lives as long as the process. The hash tells attempts at one login from attempts at many, but what was typed, possibly a password
    // in the wrong field, cannot be found by guessing.
    private static readonly byte[] LoginKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>
    /// Records a failed sign-in, with or without a known user. What was typed is stored as a keyed hash in both cases, so that known
    /// and unknown names take the same time.
    /// </summary>
    public static Task SignInRefusedAsync(this AuditTrail audit, HttpContext http, string typed, LoginOwner? owner, string code) =>
        audit.RefusedAsync(http, owner?.OrganisationId ?? Caller.Platform, null, new AuditEvent("user.sign-in", code, owner?.UserId)
        {
            Details = new Dictionary<string, string> { ["login"] = HashOf(typed) },
        });

    /// <summary>Records that a signed-in user gave a wrong password when asked to confirm it.</summary>
    public static Task ProofRefusedAsync(this AuditTrail audit, Call call, IResult refusal) => refusal is Problem { Status: < 500 } problem
        ? audit.RefusedAsync(call, new AuditEvent("user.prove-password", problem.Code, call.UserId))
        : Task.CompletedTask;

    /// <summary>Records that a signed-in user gave a wrong second-factor code, or one while codes are blocked.</summary>
    public static Task CodeRefusedAsync(this AuditTrail audit, Call call, string code) =>
        audit.RefusedAsync(call, new AuditEvent("user.prove-second-factor", code, call.UserId));

    /// <summary>Records that linking an external identity to a signed-in user failed.</summary>
    public static Task LinkRefusedAsync(this AuditTrail audit, HttpContext http, LoginOwner user, string provider, string code) =>
        audit.RefusedAsync(http, user.OrganisationId, user.UserId, new AuditEvent("user.link-identity", code, user.UserId)
        {
            Details = new Dictionary<string, string> { ["provider"] = provider },
        });

    /// <summary>Records that a quota of requests to the auth routes was exceeded.</summary>
    public static Task RateLimitedAsync(this AuditTrail audit, HttpContext http, string policy)
    {
        var caller = http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null ? http.User as SignedIn : null;
        var details = RouteOf(http);
        details["policy"] = policy;
        return audit.RefusedAsync(
            http, caller?.OrganisationId ?? Caller.Platform, caller?.UserId,
            new AuditEvent("access.request", RateLimiting.Code) { Details = details });
    }

    /// <summary>Records a missing permission, with the route's pattern and not the requested URL.</summary>
    public static Task ForbiddenAsync(this AuditTrail audit, HttpContext http, Problem problem)
    {
        var caller = http.User as SignedIn;
        var details = RouteOf(http);
        foreach (var (name, value) in problem.Extensions ?? new Dictionary<string, object>())
        {
            details[name] = value.ToString() ?? "";
        }

        if (http.GetRouteValue("id") is string id && Guid.TryParse(id, out var asked))
        {
            details["id"] = asked.ToString();
        }

        return audit.RefusedAsync(
            http, caller?.OrganisationId ?? Caller.Platform, caller?.UserId,
            new AuditEvent("access.request", problem.Code) { Details = details });
    }

    private static Dictionary<string, string> RouteOf(HttpContext http) => new()
    {
        ["method"] = http.Request.Method,
        ["route"] = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "",
    };

    private static string HashOf(string typed)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(LoginKey, Encoding.UTF8.GetBytes(LoginName.NameOf(typed)), hash);
        return Convert.ToHexStringLower(hash[..8]);
    }
}

/// <summary>Writes requests without the required permission to the audit log.</summary>
[Singleton(typeof(IRefusalLog))]
public sealed class AuditRefusalLog(AuditTrail audit) : IRefusalLog
{
    public Task ForbiddenAsync(HttpContext http, Problem problem) => audit.ForbiddenAsync(http, problem);
}
