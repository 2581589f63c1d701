namespace Platform.Access;

/// <summary>The custom roles of an organisation. Key: <see cref="KeyOf"/>.</summary>
[Alias("platform.access.access")]
public interface IAccessGrain : IGrainWithStringKey
{
    [Alias("create-role")]
    Task<Result<RoleView>> CreateRoleAsync(CreateRole command);

    [Alias("update-role")]
    Task<Result<RoleView>> UpdateRoleAsync(UpdateRole command);

    /// <summary>Deletes a role and retires its code: grants of it give nothing and never give anything again.</summary>
    [Alias("delete-role")]
    Task<Result<RoleView>> DeleteRoleAsync(DeleteRole command);

    /// <summary>Creates the standard groups that do not stand yet, all or none.</summary>
    [Alias("set-up")]
    Task<Result<AccessSetUp>> SetUpAsync(SetUpAccess command);

    /// <summary>The custom roles; without them where the version is still <paramref name="ifVersion"/>.</summary>
    [Alias("get")]
    Task<Result<OrganisationAccess>> GetAsync(long? ifVersion);

    // The organisation's own id is taken: the journal knows one entity by an id.
    static EntityKey KeyOf(Guid organisationId) =>
        new(organisationId, OperationId.FromKey("access", organisationId.ToString("N")).Value);
}

/// <summary>The custom roles in the order of their codes; null where they are unchanged since the version that was named.</summary>
[GenerateSerializer, Immutable, Alias("platform.access.organisation-access")]
public sealed record OrganisationAccess([property: Id(0)] long Version, [property: Id(1)] IReadOnlyList<RoleView>? CustomRoles);

/// <summary>What a set-up created, what stood already, and which codes were left alone because their role had been deleted.</summary>
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

/// <summary>Changes the fields that are not null. <see cref="IfVersion"/> refuses the change when the role moved on.</summary>
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
