using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Platform.Access;

/// <summary>Whether a permission acts within one organisation or on the platform as a whole.</summary>
public enum PermissionSide
{
    Organisation = 0,
    Platform = 1,
}

/// <summary>How a permission affects the power of others. It decides what routes must say about a recent proof of identity.</summary>
public enum PermissionClass
{
    /// <summary>Nobody can do more or less after its use.</summary>
    Ordinary = 0,

    /// <summary>Gives, takes or widens power: routes that need it and change something must ask for a recent proof, or say why not.</summary>
    Power = 1,

    /// <summary>Reveals what is kept from others: every route that needs it must ask for a recent proof, even one that only reads, or say why not.</summary>
    Disclosure = 2,
}

/// <summary>The roles that have a permission from the start, besides administrators and owners, who have all.</summary>
[Flags]
public enum StandardRoles
{
    None = 0,
    Manager = 1,
    Analyst = 2,
    Viewer = 4,
    Everyone = Manager | Analyst | Viewer,

    /// <summary>Sub-users have it in the whole organisation.</summary>
    SubUser = 8,

    /// <summary>Sub-users have it for what they own and no further.</summary>
    SubUserOwn = 16,
}

/// <summary>
/// A permission, written <c>resource:action</c>. A sensitive one reaches into the rights, the money or the evidence of others.
/// One that needs colleagues means nothing in an organisation of one person, whose owner does not have it.
/// </summary>
public sealed record Permission(
    string Code,
    string Description,
    bool Sensitive = false,
    PermissionSide Side = PermissionSide.Organisation,
    PermissionClass Class = PermissionClass.Ordinary,
    [property: JsonIgnore] StandardRoles Roles = StandardRoles.None,
    [property: JsonIgnore] bool NeedsColleagues = false);

/// <summary>
/// All permissions that exist, found where the domains declare them. Codes are for life: grants and custom roles in the journal name them.
/// </summary>
public static class PermissionCatalogue
{
    private const BindingFlags Fields = BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly;

    /// <summary>In the ordinal order of the codes.</summary>
    public static IReadOnlyList<Permission> All { get; } =
    [
        .. typeof(PermissionCatalogue).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(Fields)).Where(field => field.FieldType == typeof(Permission))
            .Select(field => (Permission)field.GetValue(null)!).OrderBy(permission => permission.Code, StringComparer.Ordinal),
    ];

    private static readonly FrozenDictionary<string, int> Indices =
        All.Select((permission, index) => (permission.Code, index)).ToFrozenDictionary(pair => pair.Code, pair => pair.index, StringComparer.Ordinal);

    public static Permission? Find(string code) => IndexOf(code) is >= 0 and var index ? All[index] : null;

    /// <summary>The place of a permission in <see cref="All"/>; negative if there is none with this code.</summary>
    public static int IndexOf(string code) => Indices.TryGetValue(code, out var index) ? index : -1;
}
