using Platform.Wallets;

namespace Platform.Api.Push;

/// <summary>
/// One wallet in this process: its current state and its connected clients. If it missed transactions, it asks for the state and sends
/// that to the clients.
/// </summary>
public sealed class WalletFeed(EntityKey wallet, Action resync) : IFeed, IWalletObserver
{
    private readonly Lock _lock = new();
    private readonly HashSet<WalletConnection> _connections = [];
    private WalletLive? _current;

    public EntityKey Wallet { get; } = wallet;

    public long? EmptySince { get; private set; } = TimeProvider.System.GetTimestamp();

    public void ExpectClient()
    {
        lock (_lock)
        {
            EmptySince = _connections.Count == 0 ? TimeProvider.System.GetTimestamp() : null;
        }
    }

    /// <summary>Adds a client. It gets the state, and then every transaction.</summary>
    public void Add(WalletConnection connection)
    {
        lock (_lock)
        {
            _connections.Add(connection);
            EmptySince = null;
            connection.Offer(_current!);
        }
    }

    public void Remove(WalletConnection connection)
    {
        lock (_lock)
        {
            if (_connections.Remove(connection) && _connections.Count == 0)
            {
                EmptySince = TimeProvider.System.GetTimestamp();
            }
        }
    }

    public Task OnMovedAsync(WalletLiveUpdate[] updates)
    {
        if (updates.Length == 0 || !Array.TrueForAll(updates, Apply))
        {
            resync();
        }

        return Task.CompletedTask;
    }

    /// <summary>Applies the wallet's state. If it is newer, transactions were missed, so the clients get the state.</summary>
    public void Apply(WalletLive state)
    {
        lock (_lock)
        {
            if (_current is null || state.Version > _current.Version)
            {
                _current = state;
                foreach (var connection in _connections)
                {
                    connection.Offer(state);
                }
            }
        }
    }

    // Returns false if earlier transactions were lost.
    private bool Apply(WalletLiveUpdate update)
    {
        if (update.Transaction is null)
        {
            Apply(update.Wallet);
            return true;
        }

        lock (_lock)
        {
            if (_current is null || update.Wallet.Sequence <= _current.Sequence)
            {
                return true; // The current state is newer.
            }

            if (update.Wallet.Sequence != _current.Sequence + 1)
            {
                return false;
            }

            _current = update.Wallet;
            foreach (var connection in _connections)
            {
                connection.Offer(update);
            }

            return true;
        }
    }
}
