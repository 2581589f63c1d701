namespace Platform.Grains.Access;

/// <summary>How far a permission applies, from nothing to everything.</summary>
public enum ScopeKind
{
    None = 0,

    /// <summary>What the user owns: their profile, wallet and activities.</summary>
    Own = 1,

    /// <summary>Whatever belongs to certain dealers or to those below them.</summary>
    DealerSubtree = 2,

    /// <summary>The whole organisation; for a platform permission, the platform.</summary>
    Organisation = 3,
}

/// <summary>
/// Where a user has a permission. <see cref="Own"/> and <see cref="Dealers"/> add up; <see cref="Kind"/> is the widest. Dealers are the
/// topmost live nodes, ordered by id; none is below another.
/// </summary>
public sealed class PermissionScope
{
    public static readonly PermissionScope None = new(false, false, []);
    public static readonly PermissionScope OwnOnly = new(false, true, []);
    public static readonly PermissionScope Everywhere = new(true, false, []);

    internal PermissionScope(bool organisation, bool own, Guid[] dealers) =>
        (Organisation, Own, Dealers) = (organisation, own, dealers);

    public bool Organisation { get; }

    public bool Own { get; }

    public Guid[] Dealers { get; }

    public ScopeKind Kind =>
        Organisation ? ScopeKind.Organisation : Dealers.Length > 0 ? ScopeKind.DealerSubtree : Own ? ScopeKind.Own : ScopeKind.None;
}
