using Platform.Dealers;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Dealers;

/// <summary>How a dealer tree folds, the rows of the dealers that a command touched, and the replies.</summary>
public sealed class DealersDefinition : EntityDefinition<DealersState, DealerEvent>
{
    /// <summary>The dealer that the command created.</summary>
    public static readonly Reply<DealersState, DealerEvent, DealerView> Created =
        FromState(static accepted => accepted.After.Dealers[accepted.Events[0].DealerId].ToView());

    public override string Type => "dealers";

    public override DealersState Initial => DealersState.Empty;

    public override DealersState Apply(DealersState state, DealerEvent @event, in AcceptedCommand command) => state.Apply(@event);

    /// <summary>A dealer after the command.</summary>
    public static Reply<DealersState, DealerEvent, DealerView> View(Guid dealerId) =>
        FromState(accepted => accepted.After.Dealers[dealerId].ToView());

    protected override IReadOnlyList<ReadModelRow> Project(
        DealersState after, IReadOnlyList<DealerEvent> events, in AcceptedCommand command)
    {
        var organisation = command.Key.OrganisationId;
        return [.. events.Select(@event => new DealerRow(organisation, after.Dealers[@event.DealerId]))];
    }

    public override IReadOnlyList<AuditEntry> Audit(
        DealersState before, DealersState after, IReadOnlyList<DealerEvent> events, in AcceptedCommand command) =>
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
