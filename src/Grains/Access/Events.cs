using System.Text.Json.Serialization;

namespace Platform.Grains.Access;

/// <summary>What happened to the custom roles of an organisation.</summary>
[JsonDerivedType(typeof(RoleSet), "role-set")]
[JsonDerivedType(typeof(RoleDeleted), "role-deleted")]
public abstract record AccessEvent;

/// <summary>A role of this code has this name and these permissions from now on.</summary>
public sealed record RoleSet(string Code, string Name, IReadOnlyList<string> Permissions) : AccessEvent;

/// <summary>The role is gone and its code is retired.</summary>
public sealed record RoleDeleted(string Code) : AccessEvent;
