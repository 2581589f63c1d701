using Microsoft.Extensions.Logging;
using Orleans.Utilities;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>The observers of one activation of a wallet and what they have yet to be sent: all of one turn in one message, and never more than a bound.</summary>
internal sealed class WalletPush
{
    private const int MaxObservers = 64; // One a process that has clients.
    private const int Bound = 256;

    private readonly ObserverManager<IWalletObserver> _observers;
    private readonly List<WalletLiveUpdate> _pending = [];
    private bool _sending;

    public WalletPush(TimeProvider time, ILogger logger) =>
        _observers = new(IWalletFeedGrain.Lease, logger) { GetDateTime = () => time.GetUtcNow().UtcDateTime };

    public bool HasObservers => _observers.Count > 0;

    /// <summary>False where there are too many.</summary>
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
        if (_pending.Count >= Bound)
        {
            _pending.Clear();
            update = update with { Transaction = null }; // The state stands for what was dropped.
        }

        _pending.Add(update);
        if (!_sending)
        {
            _ = SendAsync();
        }
    }

    /// <summary>Tells the observers that this activation ends.</summary>
    public Task LeaveAsync() => TellAsync([]);

    private async Task SendAsync()
    {
        _sending = true;
        try
        {
            await Task.Yield(); // What else this turn makes durable goes with it.
            while (_pending.Count > 0)
            {
                var batch = _pending.ToArray();
                _pending.Clear();
                await TellAsync(batch);
            }
        }
        finally
        {
            _sending = false;
        }
    }

    // All at once: one that is gone must not keep the others waiting for longer than its deadline.
    private Task TellAsync(WalletLiveUpdate[] batch)
    {
        _observers.ClearExpired();
        return Task.WhenAll(_observers.Select(observer => TellAsync(observer, batch)).ToArray());
    }

    // An observer that does not answer is forgotten; it subscribes again.
    private async Task TellAsync(IWalletObserver observer, WalletLiveUpdate[] batch)
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
