using System.Collections.Frozen;
using Platform.Access;

namespace Platform.Grains.Access;

/// <summary>The built-in and custom roles of an organisation, by code. A custom role never hides a built-in one.</summary>
public sealed class RoleBook
{
    public static readonly RoleBook BuiltIn = new(0, []);

    private readonly FrozenDictionary<string, RoleView> _roles;

    private RoleBook(long version, IReadOnlyList<RoleView> custom)
    {
        Version = version;
        All = [.. BuiltInRoles.All, .. custom.Where(role => BuiltInRoles.All.All(builtIn => builtIn.Code != role.Code))];
        _roles = All.ToFrozenDictionary(role => role.Code, StringComparer.Ordinal);
    }

    public long Version { get; }

    public IReadOnlyList<RoleView> All { get; }

    public static RoleBook Of(OrganisationAccess access) => new(access.Version, access.CustomRoles ?? []);

    public RoleView? Find(string code) => _roles.GetValueOrDefault(code);

    /// <summary>Finds a role that can be granted; null for the role of a tier.</summary>
    public RoleView? FindGrantable(string code) => Find(code) is { Kind: not RoleKind.Tier } role ? role : null;
}
