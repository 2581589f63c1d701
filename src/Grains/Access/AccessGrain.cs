using Orleans.Concurrency;
using Platform.Access;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Access;

[GrainType("access"), Reentrant]
internal sealed class AccessGrain(AccessDefinition definition, EntityServices services, AccessSignal signal)
    : EntityGrain<AccessState, AccessEvent>(definition, services), IAccessGrain
{
    public Task<Result<RoleView>> CreateRoleAsync(CreateRole command) =>
        SignalAsync(ExecuteAsync(command, AccessDecisions.Create, AccessDefinition.Role(command.Code)));

    public Task<Result<RoleView>> UpdateRoleAsync(UpdateRole command) =>
        SignalAsync(ExecuteAsync(command, AccessDecisions.Update, AccessDefinition.Role(command.Code)));

    public Task<Result<RoleView>> DeleteRoleAsync(DeleteRole command) =>
        SignalAsync(ExecuteAsync(command, AccessDecisions.Delete, AccessDefinition.Role(command.Code)));

    public Task<Result<AccessSetUp>> SetUpAsync(SetUpAccess command) =>
        SignalAsync(ExecuteAsync(command, AccessDecisions.SetUp, AccessDefinition.SetUp));

    public Task<Result<OrganisationAccess>> GetAsync(long? ifVersion) =>
        ReadAsync<OrganisationAccess>((state, version) => new OrganisationAccess(
            version,
            ifVersion == version
                ? null
                : [.. state.Roles.Values.OrderBy(role => role.Code, StringComparer.Ordinal).Select(role => role.ToView())]));

    private Task<Result<T>> SignalAsync<T>(Task<Result<T>> command) => signal.AfterAsync(command, EntityKey.Of(Key.OrganisationId));
}
