using Orleans.Concurrency;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Dealers;

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
            : Platform.Dealers.DealerErrors.NotFound);

    public Task<Result<DealerTreeView>> GetTreeAsync(long? ifVersion) =>
        ReadAsync<DealerTreeView>((state, version) =>
        {
            if (ifVersion == version)
            {
                return new DealerTreeView(version, null);
            }

            // Every silo asks after a change: the nodes are listed once.
            return _view.Version == version ? _view : _view = new DealerTreeView(version, [.. state.Dealers.Values.Select(dealer => dealer.ToNode())]);
        });

    private async Task<Result<DealerView>> SignalAsync(Task<Result<DealerView>> change)
    {
        var result = await change;
        signal.Raise(EntityKey.Of(Key.OrganisationId));
        return result;
    }
}
