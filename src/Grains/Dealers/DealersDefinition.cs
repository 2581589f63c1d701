using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;

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

    public override IReadOnlyList<AuditEntry> Audit(DealersState before, DealersState after, IReadOnlyList<DealerEvent> events, in Projected command) =>
        [.. events.SelectMany(@event => Audit(before.Find(@event.DealerId), @event)
            .Select(entry => entry with { EntityType = "dealer", EntityId = @event.DealerId }))];

    private static IReadOnlyList<AuditEntry> Audit(Dealer? before, DealerEvent @event) => @event switch
    {
        DealerCreated c => [AuditEntry.Of("dealer.created", ("name", c.Name), ("code", c.Code), ("parentId", c.ParentId))],
        DealerUpdated u => AuditEntry.Changed("dealer.updated", ("name", before?.Name, u.Name), ("code", before?.Code, u.Code)),
        DealerMoved m => AuditEntry.Changed("dealer.moved", ("parentId", before?.ParentId, m.ParentId)),
        DealerDisabled => [AuditEntry.Of("dealer.disabled", ("name", before?.Name))],
        DealerEnabled => [AuditEntry.Of("dealer.enabled", ("name", before?.Name))],
        _ => [],
    };
}

/// <summary>A row of table <c>dealer</c>.</summary>
public sealed record DealerRow(Guid OrganisationId, Dealer Dealer) : ReadModelRow
{
    public override EntityKey? CoalesceBy => new EntityKey(OrganisationId, Dealer.Id);
}
