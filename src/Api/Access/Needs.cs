namespace Platform.Api.Access;

/// <summary>
/// The permission that a route needs: in the whole organisation, or, where the route itself narrows what it shows, anywhere.
/// </summary>
public sealed record PermissionNeed(string Permission, bool Narrows = false);

/// <summary>A route for whoever is signed in: it is about the caller alone, and mostly about what only users have.</summary>
public sealed record AnyUserMark(bool ServiceAccountsToo = false);

/// <summary>A sensitive route: the caller must have proved who they are at most this long ago, with every factor they have (RFC 9470).</summary>
public sealed record StepUpNeed(TimeSpan MaxAge)
{
    public static readonly StepUpNeed Recent = new(TimeSpan.FromMinutes(5));
}

/// <summary>
/// A route for those too who have yet to set up the second factor that their organisation demands. They are about the caller's own
/// sign-in, and are there while the organisation is suspended.
/// </summary>
public sealed record EvenWithoutMfaMark;

/// <summary>
/// A route that is there although the organisation is suspended and it is no GET: it changes nothing but the caller's own sign-in.
/// </summary>
public sealed record EvenWhenSuspendedMark;

/// <summary>
/// A route that takes access away, or leads to it. It is counted by session or key and not by user: whoever stole one token cannot use up
/// what another sign-in needs to end it.
/// </summary>
public sealed record RevokesMark;

/// <summary>
/// What a route demands of its caller. Each route of the API says one of: <c>Needs</c>, <c>NeedsWithin</c>, <c>ForAnyUser</c>, <c>ForAnyCaller</c>, or the framework's
/// <c>AllowAnonymous</c>; one that says nothing keeps the process from starting.
/// </summary>
public static class NeedsExtensions
{
    public static TBuilder Needs<TBuilder>(this TBuilder route, string permission)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new PermissionNeed(permission));

    /// <summary>As <c>Needs</c>, for a route that shows no more than the permission reaches (<see cref="Reach"/>): the caller's own, or some dealers'.</summary>
    public static TBuilder NeedsWithin<TBuilder>(this TBuilder route, string permission)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new PermissionNeed(permission, Narrows: true));

    public static TBuilder ForAnyUser<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AnyUserMark());

    /// <summary>As <see cref="ForAnyUser"/>, and for service accounts.</summary>
    public static TBuilder ForAnyCaller<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AnyUserMark(ServiceAccountsToo: true));

    public static TBuilder NeedsStepUp<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(StepUpNeed.Recent);

    public static TBuilder EvenWithoutMfa<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new EvenWithoutMfaMark(), new EvenWhenSuspendedMark());

    public static TBuilder Revokes<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RevokesMark());

    public static TBuilder EvenWhenSuspended<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new EvenWhenSuspendedMark());
}
