using Platform.Grains.Engine.Entities;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>Sends durable changes to observers. Delivery is best effort: observers detect gaps by the sequence.</summary>
internal sealed partial class WalletGrain : IWalletFeedGrain
{
    private WalletPush? _push;

    // Reads the state and subscribes in one step, so that every later change is sent.
    public async Task<Result<WalletLive>> SubscribeAsync(IWalletObserver observer)
    {
        await EnsureSettledAsync();
        return await ReadAsync<WalletLive>((state, version) =>
        {
            if (state.Currency is null)
            {
                return CommonErrors.NotFound("wallet");
            }

            _push ??= new WalletPush(Time, Logger);
            if (!_push.Subscribe(observer))
            {
                return CommonErrors.Overloaded;
            }

            Watched = true;
            return LiveOf(state, version);
        });
    }

    public Task UnsubscribeAsync(IWalletObserver observer)
    {
        _push?.Unsubscribe(observer);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_push is { HasObservers: true })
        {
            await _push.SendEndAsync();
        }

        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    protected override void OnDurable(WalletState state, IReadOnlyList<WalletEvent> events, in AcceptedCommand command)
    {
        NoteSpending(state, command.Version, command.At);
        var observed = _push is { HasObservers: true };
        Watched = observed || _unreported is not null;
        if (!observed)
        {
            return;
        }

        var moved = false;
        foreach (var @event in events)
        {
            if (@event is WalletMoved movement)
            {
                var transaction = WalletDecisions.ToTransaction(movement, command);
                _push!.Add(new WalletLiveUpdate(
                    new WalletLive(
                        Key.Id, transaction.BalanceAfter, transaction.HeldAfter, transaction.AvailableAfter, transaction.Sequence,
                        command.Version),
                    transaction));
                moved = true;
            }
        }

        if (!moved)
        {
            _push!.Add(new WalletLiveUpdate(LiveOf(state, command.Version), null));
        }
    }

    private WalletLive LiveOf(WalletState state, long version)
    {
        var view = state.ToView(Key, version, Time.GetUtcNow());
        return new WalletLive(Key.Id, view.Balance, view.Held, view.Available, view.Sequence, version);
    }
}
