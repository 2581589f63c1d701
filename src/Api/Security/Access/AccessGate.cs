using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Grains.Access;
using Platform.Organisations;

namespace Platform.Api.Security.Access;

/// <summary>
/// Admits or refuses a request. The session or key must be alive (else 401), a required second factor set up (else 403), the route's
/// permission granted (else 403), the organisation not suspended unless the request only reads (else 403), and the sign-in recent if the
/// route needs that (else 401 with a challenge, RFC 9470). The token alone never decides.
/// </summary>
public sealed class AccessGate(RequestDelegate next, AccessCache cache, IOptions<StepUpOptions> stepUpOptions, TimeProvider time)
{
    // Longer than any lease plus clock skew: the session of an older token is in the cache if it is alive.
    private static readonly TimeSpan CacheDelay = TimeSpan.FromSeconds(5);

    private static readonly Problem UsersOnly =
        new(403, "users-only", "Only users may do this: a service account has no session, password or second factor.");

    private static readonly Problem MfaRequired = new(
        403, "mfa-enrolment-required", "The organisation requires a second factor: set one up with POST /api/v1/auth/mfa/totp.");

    private static readonly Problem Suspended = Problems.From(OrganisationErrors.Suspended);

    public Task InvokeAsync(HttpContext http)
    {
        var metadata = http.GetEndpoint()?.Metadata;
        if (metadata is null || metadata.GetMetadata<IAllowAnonymous>() is not null || http.User is not SignedIn caller)
        {
            return next(http); // Authorization has already refused anonymous callers if the route requires a sign-in.
        }

        return cache.Find(caller) is { } view && !MayPredate(view, caller)
            ? DecideAsync(http, metadata, caller, view)
            : AskAsync(http, metadata, caller);
    }

    // The cached or pending access may be older than the session.
    private bool MayPredate(AccessView view, SignedIn caller)
    {
        var now = time.GetUtcNow();
        return caller.Kind == CallerKind.User && now - caller.Token.IssuedAt < CacheDelay && !view.IsAlive(caller, now);
    }

    private async Task AskAsync(HttpContext http, EndpointMetadataCollection metadata, SignedIn caller)
    {
        AccessView view;
        try
        {
            view = await cache.GetAsync(caller);
            if (MayPredate(view, caller))
            {
                cache.Forget(caller.Key);
                view = await cache.GetAsync(caller);
            }
        }
        catch (ProblemException missing) when (missing.Problem.Status == StatusCodes.Status404NotFound)
        {
            // The organisation in the token does not exist; a 404 would be about something the caller did not ask for.
            await RefuseTokenAsync(http);
            return;
        }

        await DecideAsync(http, metadata, caller, view);
    }

    private static Task RefuseTokenAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return Problems.Unauthenticated.ExecuteAsync(http);
    }

    private Task DecideAsync(HttpContext http, EndpointMetadataCollection metadata, SignedIn caller, AccessView view)
    {
        if (!view.IsAlive(caller, time.GetUtcNow()))
        {
            return RefuseTokenAsync(http);
        }

        if (caller.Kind != CallerKind.User && metadata.GetMetadata<UsersOnlyMark>() is not null)
        {
            return UsersOnly.ExecuteAsync(http);
        }

        if (view.MustSetUpMfa && metadata.GetMetadata<EvenWithoutMfaMark>() is null)
        {
            return MfaRequired.ExecuteAsync(http);
        }

        if (metadata.GetMetadata<PermissionNeed>() is { } need && !IsMet(need, view))
        {
            return Reach.Refusal(need.Permission).ExecuteAsync(http);
        }

        if (view.Rules.Organisation.Status == OrganisationStatus.Suspended && MayChange(http, metadata))
        {
            return Suspended.ExecuteAsync(http);
        }

        if (metadata.GetMetadata<StepUpNeed>() is { Members.Count: 0 } &&
            StepUp.Challenge(caller, view.User, stepUpOptions.Value.StepUpAge, time.GetUtcNow()) is { } challenge)
        {
            return challenge.ExecuteAsync(http);
        }

        http.Features.Set(view);
        return next(http);
    }

    // By HTTP method, but routes that move money always count.
    private static bool MayChange(HttpContext http, EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<MovesMoneyMark>() is not null ||
        !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) ||
        metadata.GetMetadata<EvenWhenSuspendedMark>() is not null);

    private static bool IsMet(PermissionNeed need, AccessView view)
    {
        var scope = view.Effective.Allows(need.Permission);
        return scope.Organisation || (need.Narrows && scope.Kind != ScopeKind.None);
    }
}
