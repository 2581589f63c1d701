using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Platform.Api.Http;
using Platform.Api.Security.RateLimits;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Security.Audit;

/// <summary>The refusals of the front door, as the audit log has them.</summary>
public static class AuditRefusals
{
    // Lives as long as the process: attempts with one address can be told from attempts with many, and nobody can find out
    // by trying what was typed, which may be a password in the wrong field.
    private static readonly byte[] LoginKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>
    /// A sign-in failed, for the user whose name was typed or for nobody. What was typed stands as a keyed hash in both cases,
    /// so that this takes as long for a known name as for an unknown one.
    /// </summary>
    public static Task SignInRefusedAsync(this AuditTrail audit, HttpContext http, string typed, LoginOwner? owner, string code) =>
        audit.RefusedAsync(http, owner?.OrganisationId ?? Caller.Platform, null, new AuditEvent("user.sign-in", code, owner?.UserId)
        {
            Details = new Dictionary<string, string> { ["login"] = HashOf(typed) },
        });

    /// <summary>Somebody signed in did not know their password when they were asked for it again.</summary>
    public static Task ProofRefusedAsync(this AuditTrail audit, Call call, IResult refusal) => refusal is Problem { Status: < 500 } problem
        ? audit.RefusedAsync(call, new AuditEvent("user.prove-password", problem.Code, call.UserId))
        : Task.CompletedTask;

    /// <summary>Somebody signed in gave a wrong code of their second factor, or one while codes are not looked at.</summary>
    public static Task CodeRefusedAsync(this AuditTrail audit, Call call, string code) =>
        audit.RefusedAsync(call, new AuditEvent("user.prove-second-factor", code, call.UserId));

    /// <summary>An identity elsewhere was not linked to the account of somebody signed in.</summary>
    public static Task LinkRefusedAsync(this AuditTrail audit, HttpContext http, LoginOwner user, string provider, string code) =>
        audit.RefusedAsync(http, user.OrganisationId, user.UserId, new AuditEvent("user.link-identity", code, user.UserId)
        {
            Details = new Dictionary<string, string> { ["provider"] = provider },
        });

    /// <summary>A quota of requests to sign in and the like was used up, whoever sent them.</summary>
    public static Task RateLimitedAsync(this AuditTrail audit, HttpContext http, string policy)
    {
        var caller = http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null ? http.User as SignedIn : null;
        var details = RouteOf(http);
        details["policy"] = policy;
        return audit.RefusedAsync(
            http, caller?.OrganisationId ?? Caller.Platform, caller?.UserId,
            new AuditEvent("access.request", RateLimiting.Code) { Details = details });
    }

    /// <summary>A permission was missing. The route is told as it is declared, not as it was asked for.</summary>
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

/// <summary>Puts requests that lack a permission into the audit log.</summary>
[Singleton(typeof(IRefusalLog))]
public sealed class AuditRefusalLog(AuditTrail audit) : IRefusalLog
{
    public Task ForbiddenAsync(HttpContext http, Problem problem) => audit.ForbiddenAsync(http, problem);
}
