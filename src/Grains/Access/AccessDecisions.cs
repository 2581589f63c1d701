using Platform.Access;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Access;

/// <summary>
/// Decides about the custom roles of an organisation. Pure. <see cref="Delegation"/> decides whether the caller may change them.
/// </summary>
public static class AccessDecisions
{
    public const int MaxRoles = 200;
    private const int MaxCodes = 2_000;

    public static Decision<AccessEvent> Create(AccessState state, CreateRole command, DecisionContext _)
    {
        if (!AccessRules.IsCode(command.Code))
        {
            return AccessErrors.InvalidCode;
        }

        if (IsBuiltIn(command.Code) || state.Roles.ContainsKey(command.Code))
        {
            return AccessErrors.RoleCodeTaken;
        }

        if (state.Retired.Contains(command.Code))
        {
            return AccessErrors.RoleCodeRetired;
        }

        if (!HasRoom(state, 1))
        {
            return AccessErrors.TooManyRoles;
        }

        return (CheckName(command.Name) ?? CheckPermissions(command.Permissions)) is { } error
            ? error
            : new RoleSet(command.Code, Text.NameOf(command.Name), command.Permissions);
    }

    public static Decision<AccessEvent> Update(AccessState state, UpdateRole command, DecisionContext _)
    {
        if (Find(state, command.Code, command.IfVersion, out var role) is { } refusal)
        {
            return refusal;
        }

        var set = new RoleSet(
            role!.Code, command.Name is null ? role.Name : Text.NameOf(command.Name), command.Permissions ?? role.Permissions);
        var nameError = command.Name is null ? null : CheckName(command.Name);
        if ((nameError ?? (command.Permissions is null ? null : CheckPermissions(command.Permissions))) is { } error)
        {
            return error;
        }

        return set.Name == role.Name && set.Permissions.SequenceEqual(role.Permissions)
            ? Decision<AccessEvent>.Unchanged
            : set;
    }

    public static Decision<AccessEvent> Delete(AccessState state, DeleteRole command, DecisionContext _) =>
        Find(state, command.Code, command.IfVersion, out var _) is { } refusal ? refusal : new RoleDeleted(command.Code);

    public static Decision<AccessEvent> SetUp(AccessState state, SetUpAccess _, DecisionContext __)
    {
        var missing = StandardGroups.All
            .Where(group => !state.Roles.ContainsKey(group.Code) && !state.Retired.Contains(group.Code)).ToList();
        if (!HasRoom(state, missing.Count))
        {
            return AccessErrors.TooManyRoles;
        }

        AccessEvent[] created = [.. missing.Select(group => new RoleSet(group.Code, group.Name, group.Permissions))];
        return created;
    }

    private static Error? Find(AccessState state, string code, long? ifVersion, out CustomRole? role)
    {
        role = state.Roles.GetValueOrDefault(code);
        return role is null ? IsBuiltIn(code) ? AccessErrors.RoleBuiltIn : CommonErrors.NotFound("role")
            : ifVersion is { } version && version != role.Version ? CommonErrors.VersionMismatch
            : null;
    }

    private static bool HasRoom(AccessState state, int more) =>
        state.Roles.Count + more <= MaxRoles && state.Roles.Count + state.Retired.Count + more <= MaxCodes;

    private static Error? CheckPermissions(IReadOnlyList<string> permissions)
    {
        if (!AccessRules.ArePermissions(permissions))
        {
            return AccessErrors.InvalidPermissions;
        }

        for (var i = 0; i < permissions.Count; i++)
        {
            if (!EffectiveAccess.IsGrantable(permissions[i], out _))
            {
                return AccessErrors.UnknownPermission(i, permissions[i]);
            }
        }

        return null;
    }

    private static Error? CheckName(string name) => Text.IsName(name) ? null : AccessErrors.InvalidName;

    private static bool IsBuiltIn(string code) => BuiltInRoles.All.Any(role => role.Code == code);
}
