using Platform.Grains.Common.Entities;
using Platform.Grains.Common.Journal;

namespace Platform.Grains.ServiceAccounts;

/// <summary>How a service account folds, and its row.</summary>
public sealed class ServiceAccountDefinition : EntityDefinition<ServiceAccountState, ServiceAccountEvent>
{
    public override string Type => "service-account";

    public override ServiceAccountState Initial => ServiceAccountState.None;

    public override ServiceAccountState Apply(ServiceAccountState state, ServiceAccountEvent @event) => state.Apply(@event);

    public override IReadOnlyList<ReadModelRow> Project(
        ServiceAccountState after, IReadOnlyList<ServiceAccountEvent> events, in Projected command) =>
        [new ServiceAccountRow(command.Key, after, command.Version)];
}

/// <summary>A row of table <c>service_account</c>; keys stay in the journal.</summary>
public sealed record ServiceAccountRow(EntityKey Key, ServiceAccountState State, long Version) : ReadModelRow
{
    public override EntityKey? CoalesceBy => Key;
}
