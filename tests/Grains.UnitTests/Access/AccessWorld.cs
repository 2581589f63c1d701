using FsCheck;
using FsCheck.Fluent;
using Platform.Access;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Grains.Dealers;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Access;

/// <summary>A random organisation: a dealer tree, roles, and two users with their grants.</summary>
public sealed record AccessWorld(
    DealerNode[] Nodes, RoleView[] Roles, UserTier? Tier, Grant[] Grants, Grant[] OtherGrants, int Pick, int OtherPick)
{
    public static readonly Guid UserId = Id(1000);

    public static readonly string[] Codes = [.. PermissionCatalogue.All.Select(permission => permission.Code)];

    private static readonly string[] RoleCodes = ["admin", "manager", "viewer", "r0", "r1", "r2", "sub-user", "super-admin", "gone"];

    public DealerTree Tree => DealerTree.Of(new DealerTreeView(1, Nodes));

    public RoleBook Book => RoleBook.Of(new OrganisationAccess(1, Roles));

    public EffectiveAccess Access => EffectiveAccess.Of(UserId, Tier, Grants, Book, Tree);

    public DealerNode Picked => Nodes[Pick % Nodes.Length];

    public DealerNode OtherPicked => Nodes[OtherPick % Nodes.Length];

    /// <summary>The organisation, every dealer, and users with no, one or two dealers; one of them is the user.</summary>
    public IEnumerable<ResourceRef> Resources =>
    [
        ResourceRef.Organisation,
        .. Nodes.Select(node => ResourceRef.Dealer(node.Id)),
        ResourceRef.Dealer(Id(999)),
        ResourceRef.OwnedBy(UserId, []), ResourceRef.OwnedBy(Id(2000), []),
        ResourceRef.OwnedBy(UserId, [Picked.Id]), ResourceRef.OwnedBy(Id(2000), [Picked.Id, OtherPicked.Id]),
    ];

    public static Arbitrary<AccessWorld> Arbitrary => Arb.From(Generator);

    private static Gen<AccessWorld> Generator =>
        from count in Gen.Choose(1, 10)
        from parents in Gen.ArrayOf(Gen.Choose(0, 9), count)
        from disabled in Gen.ArrayOf(Gen.Choose(0, 5), count)
        from permissions in Gen.ArrayOf(Gen.ArrayOf(Gen.Elements(Codes), 12), 3)
        from tier in Gen.Elements<UserTier?>(
            null, null, UserTier.SubUser, UserTier.SubUser, UserTier.Individual, UserTier.Enterprise, UserTier.SuperAdmin)
        from grants in GrantsOf(count)
        from others in GrantsOf(count)
        from pick in Gen.Choose(0, 100)
        from otherPick in Gen.Choose(0, 100)
        select new AccessWorld(
            [
                .. Enumerable.Range(0, count)
                    .Select(i => Node(i, i == 0 || parents[i] % (i + 1) == i ? null : parents[i] % (i + 1), disabled[i] == 0)),
            ],
            [.. permissions.Select((codes, i) => new RoleView($"r{i}", $"Role {i}", [.. codes.Distinct()], RoleKind.Custom, 1))],
            tier, grants, others, pick, otherPick);

    public static Guid Id(int number) => new(number + 1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);

    public static DealerNode Node(int id, int? parent, bool disabled = false) =>
        new(Id(id), parent is { } at ? Id(at) : null, $"n{id}", null, disabled ? DealerStatus.Disabled : DealerStatus.Active);

    private static Gen<Grant[]> GrantsOf(int nodes) =>
        from count in Gen.Choose(0, 4)
        from grants in Gen.ArrayOf(
            from role in Gen.Elements(RoleCodes)
            from dealer in Gen.Choose(-1, nodes)
            select new Grant(role, dealer < 0 ? null : Id(dealer)),
            count)
        select grants;
}
