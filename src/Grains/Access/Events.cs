using System.Text.Json.Serialization;

namespace Platform.Grains.Access;

/// <summary>An event of an organisation's custom roles.</summary>
[JsonDerivedType(typeof(RoleSet), "role-set")]
[JsonDerivedType(typeof(RoleDeleted), "role-deleted")]
public abstract record AccessEvent;

/// <summary>A role was created or changed.</summary>
public sealed record RoleSet(string Code, string Name, IReadOnlyList<string> Permissions) : AccessEvent;

/// <summary>A role was deleted and its code retired.</summary>
public sealed record RoleDeleted(string Code) : AccessEvent;
