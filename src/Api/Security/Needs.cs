namespace Platform.Api.Security;

/// <summary>
/// The permission that a route needs: in the whole organisation, or in any scope if the route narrows its answer to that scope.
/// </summary>
public sealed record PermissionNeed(string Permission, bool Narrows = false);

/// <summary>Marks a route for any signed-in caller. It needs no permission, because it only concerns the caller.</summary>
public sealed record SignedInMark;

/// <summary>Marks a route for users only: it concerns sessions, passwords or second factors, or must not be automated.</summary>
public sealed record UsersOnlyMark;

/// <summary>
/// Marks a route that gives or widens power: the user must have signed in recently, with every factor they have (RFC 9470).
/// With members, only requests with one of these body members need it, and the route checks that itself (<see cref="StepUp"/>). A
/// service account has no session and passes if its own scope has the permission.
/// </summary>
public sealed record StepUpNeed(params IReadOnlyList<string> Members);

/// <summary>Marks a route that needs no step-up although its permission gives power in other routes, with the reason.</summary>
public sealed record NoStepUpMark(string Reason);

/// <summary>
/// Marks a route that callers may use before they set up a required second factor. It concerns the caller's own sign-in, and also
/// works while the organisation is suspended.
/// </summary>
public sealed record EvenWithoutMfaMark;

/// <summary>
/// Marks a route that changes something but works while the organisation is suspended: it changes only the caller's own sign-in.
/// </summary>
public sealed record EvenWhenSuspendedMark;

/// <summary>
/// Marks a route that also accepts the token in the query (<c>access_token</c>), because browser web sockets cannot set headers.
/// </summary>
public sealed record TokenInQueryMark;

/// <summary>
/// Marks a route that revokes access, or is needed to do so. Its rate limit counts per session or key and not per user, so that the
/// thief of one token cannot use up the quota that another session needs to revoke it.
/// </summary>
public sealed record RevokesMark;

/// <summary>
/// Declares what a route requires of its caller. Every API route declares <c>Needs</c>, <c>NeedsWithin</c>, <c>ForAnyUser</c>,
/// <c>ForAnyCaller</c> or the framework's <c>AllowAnonymous</c>, and step-up or none if its permission gives power. Otherwise the process
/// does not start (<see cref="DeclaredAccess"/>).
/// </summary>
public static class NeedsExtensions
{
    public static TBuilder Needs<TBuilder>(this TBuilder route, string permission)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new PermissionNeed(permission));

    /// <summary>
    /// As <c>Needs</c>, for a route that limits its answer to the permission's scope (<see cref="Reach"/>): own data or some dealers.
    /// </summary>
    public static TBuilder NeedsWithin<TBuilder>(this TBuilder route, string permission)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new PermissionNeed(permission, Narrows: true));

    public static TBuilder ForAnyUser<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new SignedInMark(), new UsersOnlyMark());

    /// <summary>As <see cref="ForAnyUser"/>, but also for service accounts.</summary>
    public static TBuilder ForAnyCaller<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new SignedInMark());

    /// <summary>Refuses service accounts, whatever their scope.</summary>
    public static TBuilder UsersOnly<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new UsersOnlyMark());

    public static TBuilder NeedsStepUp<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new StepUpNeed());

    /// <summary>For a route that requires step-up itself if the body has one of these members.</summary>
    public static TBuilder NeedsStepUpFor<TBuilder>(this TBuilder route, params string[] members)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new StepUpNeed(members));

    /// <summary>Declares why a route needs no step-up although its permission gives power.</summary>
    public static TBuilder WithoutStepUp<TBuilder>(this TBuilder route, string reason)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new NoStepUpMark(reason));

    public static TBuilder EvenWithoutMfa<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new EvenWithoutMfaMark(), new EvenWhenSuspendedMark());

    public static TBuilder Revokes<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RevokesMark());

    public static TBuilder TokenInQuery<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new TokenInQueryMark());

    public static TBuilder EvenWhenSuspended<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new EvenWhenSuspendedMark());
}
