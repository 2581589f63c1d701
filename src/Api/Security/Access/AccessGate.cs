using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Grains.Access;
using Platform.Organisations;

namespace Platform.Api.Security.Access;

/// <summary>
/// Admits a request or refuses it: the session or the key is alive (401 otherwise), a second factor that the organisation demands is
/// set up (403), the permission of the route is held (403), a suspended organisation only reads (403), and the proof of identity is recent where the route demands it (401 with a
/// challenge, RFC 9470). Nothing is decided from the token alone.
/// </summary>
public sealed class AccessGate(RequestDelegate next, AccessCache cache, IOptions<StepUpOptions> stepUpOptions, TimeProvider time)
{
    // A token that is older than any lease is of a session that is held by now, were it alive; with room for clocks that differ.
    private static readonly TimeSpan New = TimeSpan.FromSeconds(5);

    private static readonly Problem UsersOnly =
        new(403, "users-only", "This is for users: a service account has no session, no password and no second factor.");

    private static readonly Problem MfaRequired = new(
        403, "mfa-enrolment-required", "The organisation demands a second factor: set one up with POST /api/v1/auth/mfa/totp.");

    private static readonly Problem Suspended = Problems.From(OrganisationErrors.Suspended);

    public Task InvokeAsync(HttpContext http)
    {
        var metadata = http.GetEndpoint()?.Metadata;
        if (metadata is null || metadata.GetMetadata<IAllowAnonymous>() is not null || http.User is not SignedIn caller)
        {
            return next(http); // Who is not signed in was refused before, where signing in is required.
        }

        return cache.Find(caller) is { } view && !MayPredate(view, caller)
            ? DecideAsync(http, metadata, caller, view)
            : AskAsync(http, metadata, caller);
    }

    // What is held, or being asked just now, may be older than the session.
    private bool MayPredate(AccessView view, SignedIn caller)
    {
        var now = time.GetUtcNow();
        return caller.Kind == CallerKind.User && now - caller.Token.IssuedAt < New && !view.IsAlive(caller, now);
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
            await RefuseTokenAsync(http); // Its organisation does not exist: that is nothing that the caller asked for.
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

    // By its method, and for all of money whatever its method is.
    private static bool MayChange(HttpContext http, EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<MovesMoneyMark>() is not null ||
        !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || metadata.GetMetadata<EvenWhenSuspendedMark>() is not null);

    private static bool IsMet(PermissionNeed need, AccessView view)
    {
        var scope = view.Effective.Allows(need.Permission);
        return scope.Organisation || (need.Narrows && scope.Kind != ScopeKind.None);
    }
}
