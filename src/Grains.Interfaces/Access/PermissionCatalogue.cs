using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Platform.Access;

/// <summary>Whether a permission applies within one organisation or to the platform as a whole.</summary>
public enum PermissionSide
{
    Organisation = 0,
    Platform = 1,
}

/// <summary>How using a permission affects what others can do. It decides whether routes must require a recent proof of identity.</summary>
public enum PermissionClass
{
    /// <summary>Its use does not change what anybody can do.</summary>
    Ordinary = 0,

    /// <summary>
    /// Grants, revokes or widens permissions. Routes that need it and change something must require a recent proof, or state why not.
    /// </summary>
    Power = 1,

    /// <summary>
    /// Reveals confidential data. Every route that needs it must require a recent proof, even one that only reads, or state why not.
    /// </summary>
    Disclosure = 2,
}

/// <summary>The built-in roles that have a permission by default. Administrators and owners have every permission.</summary>
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

    /// <summary>Sub-users have it only for what they own.</summary>
    SubUserOwn = 16,
}

/// <summary>
/// A permission, written <c>resource:action</c>. A sensitive one concerns the permissions, money or evidence of others. One that needs
/// colleagues is meaningless in an organisation of one person, so its owner does not have it.
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
/// All permissions, found where the domains declare them. Codes never change: grants and custom roles in the journal refer to them.
/// </summary>
public static class PermissionCatalogue
{
    private const BindingFlags Fields = BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly;

    /// <summary>Ordered by code (ordinal).</summary>
    public static IReadOnlyList<Permission> All { get; } =
    [
        .. typeof(PermissionCatalogue).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(Fields)).Where(field => field.FieldType == typeof(Permission))
            .Select(field => (Permission)field.GetValue(null)!).OrderBy(permission => permission.Code, StringComparer.Ordinal),
    ];

    private static readonly FrozenDictionary<string, int> Indices =
        All.Select((permission, index) => (permission.Code, index))
            .ToFrozenDictionary(pair => pair.Code, pair => pair.index, StringComparer.Ordinal);

    public static Permission? Find(string code) => IndexOf(code) is >= 0 and var index ? All[index] : null;

    /// <summary>The index of a permission in <see cref="All"/>; negative if there is none with this code.</summary>
    public static int IndexOf(string code) => Indices.TryGetValue(code, out var index) ? index : -1;
}
