namespace Platform.Access;

/// <summary>The custom roles of an organisation. Key: <see cref="KeyOf"/>.</summary>
[Alias("platform.access.access")]
public interface IAccessGrain : IGrainWithStringKey
{
    [Alias("create-role")]
    Task<Result<RoleView>> CreateRoleAsync(CreateRole command);

    [Alias("update-role")]
    Task<Result<RoleView>> UpdateRoleAsync(UpdateRole command);

    /// <summary>Deletes a role and retires its code: its grants have no effect any more, and the code cannot be reused.</summary>
    [Alias("delete-role")]
    Task<Result<RoleView>> DeleteRoleAsync(DeleteRole command);

    /// <summary>Creates the standard groups that do not exist yet: all of them, or none.</summary>
    [Alias("set-up")]
    Task<Result<AccessSetUp>> SetUpAsync(SetUpAccess command);

    /// <summary>Returns the custom roles, or none if the version is still <paramref name="ifVersion"/>.</summary>
    [Alias("get")]
    Task<Result<OrganisationAccess>> GetAsync(long? ifVersion);

    // Not the organisation's own id: in the journal, an id names only one entity.
    static EntityKey KeyOf(Guid organisationId) =>
        new(organisationId, OperationId.FromKey("access", organisationId.ToString("N")).Value);
}

/// <summary>The custom roles, ordered by code; null if they are unchanged since the version that was asked for.</summary>
[GenerateSerializer, Immutable, Alias("platform.access.organisation-access")]
public sealed record OrganisationAccess([property: Id(0)] long Version, [property: Id(1)] IReadOnlyList<RoleView>? CustomRoles);

/// <summary>
/// The codes that a set-up created, those that existed already, and those it skipped because their role had been deleted.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.access.set-up-done")]
public sealed record AccessSetUp(
    [property: Id(0)] IReadOnlyList<string> Created,
    [property: Id(1)] IReadOnlyList<string> Standing,
    [property: Id(2)] IReadOnlyList<string> Retired);

[GenerateSerializer, Immutable, Alias("platform.access.create-role")]
public sealed record CreateRole(
    CommandContext Context,
    [property: Id(0)] string Code,
    [property: Id(1)] string Name,
    [property: Id(2)] IReadOnlyList<string> Permissions) : Command(Context);

/// <summary>Changes the fields that are not null. Refused if <see cref="IfVersion"/> is set and is not the current version.</summary>
[GenerateSerializer, Immutable, Alias("platform.access.update-role")]
public sealed record UpdateRole(
    CommandContext Context,
    [property: Id(0)] string Code,
    [property: Id(1)] string? Name,
    [property: Id(2)] IReadOnlyList<string>? Permissions,
    [property: Id(3)] long? IfVersion) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.access.delete-role")]
public sealed record DeleteRole(
    CommandContext Context,
    [property: Id(0)] string Code,
    [property: Id(1)] long? IfVersion) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.access.set-up")]
public sealed record SetUpAccess(CommandContext Context) : Command(Context);
