namespace Platform.Api.Security;

/// <summary>
/// The permission that a route needs: in the whole organisation, or, where the route itself narrows what it shows, anywhere.
/// </summary>
public sealed record PermissionNeed(string Permission, bool Narrows = false);

/// <summary>A route for whoever is signed in: it needs no permission, because it is about the caller alone.</summary>
public sealed record SignedInMark;

/// <summary>A route for people: about a session, a password, a second factor, or what nobody leaves to a machine.</summary>
public sealed record UsersOnlyMark;

/// <summary>
/// A route that gives or widens power: a user must have proved who they are a short while ago, with every factor they have (RFC 9470).
/// With members, only a request that has one of these needs it, which the route asks for itself (<see cref="StepUp"/>). A service account
/// has no session whose age says anything: it passes where the permission is in its own scope.
/// </summary>
public sealed record StepUpNeed(params IReadOnlyList<string> Members);

/// <summary>A route whose permission gives power in other routes and not in this one, for a reason.</summary>
public sealed record NoStepUpMark(string Reason);

/// <summary>
/// A route for those too who have yet to set up the second factor that their organisation demands. They are about the caller's own
/// sign-in, and are there while the organisation is suspended.
/// </summary>
public sealed record EvenWithoutMfaMark;

/// <summary>
/// A route that is there although the organisation is suspended and it is no GET: it changes nothing but the caller's own sign-in.
/// </summary>
public sealed record EvenWhenSuspendedMark;

/// <summary>A route that also takes the token from the query (<c>access_token</c>): a browser's web socket cannot set headers.</summary>
public sealed record TokenInQueryMark;

/// <summary>
/// A route that takes access away, or that leads to one. It is counted by session or key and not by user: whoever stole one token cannot use up
/// what another sign-in needs to end it.
/// </summary>
public sealed record RevokesMark;

/// <summary>
/// What a route demands of its caller. Each route of the API says one of: <c>Needs</c>, <c>NeedsWithin</c>, <c>ForAnyUser</c>, <c>ForAnyCaller</c>, or the framework's
/// <c>AllowAnonymous</c>; one that says nothing keeps the process from starting, and so does one whose permission gives power and that says
/// nothing about a recent proof of identity (<see cref="DeclaredAccess"/>).
/// </summary>
public static class NeedsExtensions
{
    public static TBuilder Needs<TBuilder>(this TBuilder route, string permission)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new PermissionNeed(permission));

    /// <summary>As <c>Needs</c>, for a route that shows no more than the permission reaches (<see cref="Reach"/>): the caller's own, or some dealers'.</summary>
    public static TBuilder NeedsWithin<TBuilder>(this TBuilder route, string permission)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new PermissionNeed(permission, Narrows: true));

    public static TBuilder ForAnyUser<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new SignedInMark(), new UsersOnlyMark());

    /// <summary>As <see cref="ForAnyUser"/>, and for service accounts.</summary>
    public static TBuilder ForAnyCaller<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new SignedInMark());

    /// <summary>Service accounts are refused, whatever is in their scope.</summary>
    public static TBuilder UsersOnly<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new UsersOnlyMark());

    public static TBuilder NeedsStepUp<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new StepUpNeed());

    /// <summary>For a route that asks for it itself, where the body has one of these members.</summary>
    public static TBuilder NeedsStepUpFor<TBuilder>(this TBuilder route, params string[] members)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new StepUpNeed(members));

    /// <summary>Says why a route needs no recent proof although its permission gives power.</summary>
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
