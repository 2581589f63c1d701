using Microsoft.Extensions.Logging;
using Orleans.Utilities;
using Platform.Metrics;

namespace Platform.Grains.Metrics;

/// <summary>
/// Sends live updates to the observers of one activation: at most one per <see cref="Every"/>, numbered from 1. Each activation has its own
/// epoch, because offsets restart with it.
/// </summary>
public sealed class LivePush
{
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly ObserverManager<ILiveObserver> _observers;
    private readonly TimeProvider _time;
    private readonly string _epoch;
    private DateTimeOffset _lastPush;
    private long _offset;

    public LivePush(TimeProvider time, ILogger logger)
    {
        _time = time;
        _epoch = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        _observers = new(IOrganisationMetricsGrain.LiveLease, logger) { GetDateTime = () => time.GetUtcNow().UtcDateTime };
    }

    public bool HasObservers => _observers.Count > 0;

    /// <summary>The time until the next update may be sent.</summary>
    public TimeSpan Wait
    {
        get
        {
            var wait = _lastPush + Every - _time.GetUtcNow();
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    public void Subscribe(ILiveObserver observer) => _observers.Subscribe(observer, observer);

    public void Unsubscribe(ILiveObserver observer) => _observers.Unsubscribe(observer);

    public LiveSnapshot Snapshot(LiveTotals totals) => new(_epoch, _offset, totals.All(), _time.GetUtcNow());

    /// <summary>
    /// Sends the changes. committedAt is null if only time has passed. An observer that cannot be reached is dropped; its client subscribes
    /// again.
    /// </summary>
    public async Task SendAsync(Guid organisationId, LiveTotals totals, DateTimeOffset? committedAt)
    {
        var now = _time.GetUtcNow();
        _lastPush = now;
        var update = new LiveUpdate(_epoch, ++_offset, totals.TakeChanges(), now, committedAt ?? now);
        if (committedAt is { } committed)
        {
            MetricInstruments.LiveSeconds.Record(Math.Max(0, (now - committed).TotalSeconds));
        }

        await _observers.Notify(observer => observer.OnUpdateAsync(organisationId, update));
    }
}
