using Platform.Grains.Common.Entities;
using Platform.Grains.Common.Journal;

namespace Platform.Grains.Dealers;

/// <summary>How a dealer tree folds, and the rows of the dealers that a command touched.</summary>
public sealed class DealersDefinition : EntityDefinition<DealersState, DealerEvent>
{
    public override string Type => "dealers";

    public override DealersState Initial => DealersState.Empty;

    public override DealersState Apply(DealersState state, DealerEvent @event) => state.Apply(@event);

    public override IReadOnlyList<ReadModelRow> Project(DealersState after, IReadOnlyList<DealerEvent> events, in Projected command)
    {
        var organisation = command.Key.OrganisationId;
        return [.. events.Select(@event => new DealerRow(organisation, after.Dealers[@event.DealerId]))];
    }
}

/// <summary>A row of table <c>dealer</c>.</summary>
public sealed record DealerRow(Guid OrganisationId, Dealer Dealer) : ReadModelRow
{
    public override EntityKey? CoalesceBy => new EntityKey(OrganisationId, Dealer.Id);
}
