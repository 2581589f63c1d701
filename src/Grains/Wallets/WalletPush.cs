using Microsoft.Extensions.Logging;
using Orleans.Utilities;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// The observers of one wallet activation and their pending updates. Sends the updates of one turn in one message, up to a maximum.
/// </summary>
internal sealed class WalletPush
{
    private const int MaxObservers = 64; // One per process that has clients.
    private const int MaxPending = 256;

    private readonly ObserverManager<IWalletObserver> _observers;
    private readonly List<WalletLiveUpdate> _pending = [];
    private bool _sending;

    public WalletPush(TimeProvider time, ILogger logger) =>
        _observers = new(IWalletFeedGrain.Lease, logger) { GetDateTime = () => time.GetUtcNow().UtcDateTime };

    public bool HasObservers => _observers.Count > 0;

    /// <summary>Returns false if there are too many observers.</summary>
    public bool Subscribe(IWalletObserver observer)
    {
        _observers.ClearExpired();
        if (_observers.Count >= MaxObservers && !_observers.Observers.ContainsKey(observer))
        {
            return false;
        }

        _observers.Subscribe(observer, observer);
        return true;
    }

    public void Unsubscribe(IWalletObserver observer) => _observers.Unsubscribe(observer);

    public void Add(WalletLiveUpdate update)
    {
        if (_pending.Count >= MaxPending)
        {
            _pending.Clear();
            update = update with { Transaction = null }; // The wallet's state replaces the dropped updates.
        }

        _pending.Add(update);
        if (!_sending)
        {
            _ = SendAsync();
        }
    }

    /// <summary>Tells the observers that this activation ends.</summary>
    public Task SendEndAsync() => SendAsync([]);

    private async Task SendAsync()
    {
        _sending = true;
        try
        {
            await Task.Yield(); // Collects all updates of this turn.
            while (_pending.Count > 0)
            {
                var batch = _pending.ToArray();
                _pending.Clear();
                await SendAsync(batch);
            }
        }
        finally
        {
            _sending = false;
        }
    }

    // In parallel: a dead observer must not delay the others.
    private Task SendAsync(WalletLiveUpdate[] batch)
    {
        _observers.ClearExpired();
        return Task.WhenAll(_observers.Select(observer => SendAsync(observer, batch)).ToArray());
    }

    // Drops an observer that does not answer; it subscribes again.
    private async Task SendAsync(IWalletObserver observer, WalletLiveUpdate[] batch)
    {
        try
        {
            await observer.OnMovedAsync(batch);
        }
        catch (Exception)
        {
            _observers.Unsubscribe(observer);
        }
    }
}
