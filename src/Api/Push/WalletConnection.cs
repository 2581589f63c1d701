using Microsoft.AspNetCore.SignalR;
using Platform.Wallets;

namespace Platform.Api.Push;

/// <summary>The state of a wallet in a <c>walletSnapshot</c>. Earlier transactions may have been missed.</summary>
public sealed record WalletSnapshotMessage(Guid WalletId, Money Balance, Money Held, Money Available, long Sequence, long Version);

/// <summary>A transaction in a <c>walletUpdate</c>, with the state after it. Sequence is the ledger's and increases by one.</summary>
public sealed record WalletUpdateMessage(
    Guid WalletId, Money Balance, Money Held, Money Available, long Sequence, long Version, WalletTransaction Transaction);

/// <summary>The answer to a subscription.</summary>
public sealed record WalletSubscription(Guid WalletId, long Sequence);

/// <summary>What is still to be sent to one client about one wallet: a limited number of transactions, or the state instead.</summary>
public sealed class WalletConnection(ISingleClientProxy client, WalletFeed feed, Guid ownerId, ILogger logger) : LiveSender(client, logger)
{
    public const int Buffered = 256;
    private readonly Lock _lock = new();
    private readonly List<WalletLiveUpdate> _pending = [];
    private WalletLive? _snapshot;

    /// <summary>The owner of the wallet, which decides who may see it.</summary>
    public Guid OwnerId { get; } = ownerId;

    /// <summary>Queues the state and drops everything pending, which is older.</summary>
    public void Offer(WalletLive state)
    {
        lock (_lock)
        {
            _pending.Clear();
            _snapshot = state;
        }

        Signal();
    }

    public void Offer(WalletLiveUpdate update)
    {
        lock (_lock)
        {
            if (_pending.Count >= Buffered)
            {
                _pending.Clear();
                _snapshot = update.Wallet;
            }
            else
            {
                _pending.Add(update);
            }
        }

        Signal();
    }

    protected override void Leave() => feed.Remove(this);

    protected override IReadOnlyList<(string Method, object Message)> Take()
    {
        lock (_lock)
        {
            var taken = new List<(string, object)>(_pending.Count + 1);
            if (_snapshot is { } state)
            {
                taken.Add(("walletSnapshot", new WalletSnapshotMessage(
                    state.WalletId, state.Balance, state.Held, state.Available, state.Sequence, state.Version)));
            }

            taken.AddRange(_pending.Select(update => ("walletUpdate", (object)new WalletUpdateMessage(
                update.Wallet.WalletId, update.Wallet.Balance, update.Wallet.Held, update.Wallet.Available, update.Wallet.Sequence,
                update.Wallet.Version, update.Transaction!))));
            _snapshot = null;
            _pending.Clear();
            return taken;
        }
    }
}
