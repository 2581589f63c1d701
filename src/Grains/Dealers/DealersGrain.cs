using Orleans.Concurrency;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Dealers;

/// <summary>How a dealer tree folds, the rows of the dealers that a command changed, and the replies.</summary>
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
public sealed record DealerRow(Guid OrganisationId, Dealer Dealer) : ReadModelRow(new EntityKey(OrganisationId, Dealer.Id));

[GrainType("dealers"), Reentrant]
internal sealed class DealersGrain(DealersDefinition definition, EntityServices services, AccessSignal signal)
    : EntityGrain<DealersState, DealerEvent>(definition, services), IDealersGrain
{
    private DealerTreeView _view = new(0, []);

    public Task<Result<DealerView>> CreateAsync(CreateDealer command) =>
        SignalAsync(ExecuteAsync(command, DealerDecisions.Create, DealersDefinition.Created));

    public Task<Result<DealerView>> UpdateAsync(UpdateDealer command) =>
        SignalAsync(ExecuteAsync(command, DealerDecisions.Update, DealersDefinition.View(command.DealerId)));

    public Task<Result<DealerView>> MoveAsync(MoveDealer command) =>
        SignalAsync(ExecuteAsync(command, DealerDecisions.Move, DealersDefinition.View(command.DealerId)));

    public Task<Result<DealerView>> SetStatusAsync(SetDealerStatus command) =>
        SignalAsync(ExecuteAsync(command, DealerDecisions.SetStatus, DealersDefinition.View(command.DealerId)));

    public Task<Result<DealerWithPath>> FindAsync(Guid dealerId) =>
        ReadAsync<DealerWithPath>((state, _) => state.Find(dealerId) is { } dealer
            ? new DealerWithPath(dealer.ToView(), [.. state.Upwards(dealerId).Reverse().Select(above => above.ToNode())])
            : DealerErrors.NotFound);

    public Task<Result<DealerTreeView>> GetTreeAsync(long? ifVersion) =>
        ReadAsync<DealerTreeView>((state, version) =>
        {
            if (ifVersion == version)
            {
                return new DealerTreeView(version, null);
            }

            // Every silo asks after a change, so the list is made only once.
            return _view.Version == version
                ? _view
                : _view = new DealerTreeView(version, [.. state.Dealers.Values.Select(dealer => dealer.ToNode())]);
        });

    private Task<Result<DealerView>> SignalAsync(Task<Result<DealerView>> command) =>
        signal.AfterAsync(command, EntityKey.Of(Key.OrganisationId));
}
