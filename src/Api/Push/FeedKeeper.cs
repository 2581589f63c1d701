using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Platform.Api.Push;

/// <summary>What a keeper knows of a feed: since when no client listens, on the monotonic clock; null while one does.</summary>
public interface IFeed
{
    long? EmptySince { get; }

    /// <summary>A client is about to come: where none listens, that begins anew.</summary>
    void Await();
}

/// <summary>
/// One subscription at a grain for each feed that has clients in this process: renewed well within its lease, which also finds out
/// that the grain has moved, and dropped some seconds after the last client has left.
/// </summary>
public abstract partial class FeedKeeper<TKey, TFeed>(TimeSpan renewal, TimeProvider time, ILogger logger) : BackgroundService
    where TKey : notnull
    where TFeed : class, IFeed
{
    private const int AtOnce = 16;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private readonly Channel<TKey> _stale = Channel.CreateBounded<TKey>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>The feed, subscribed at its grain.</summary>
    public async Task<TFeed> OpenAsync(TKey key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = _entries.GetOrAdd(key, id => new Entry(Create(id, () => _stale.Writer.TryWrite(id))));
            if (await SubscribeAsync(entry, onlyFirst: true, cancellationToken))
            {
                return entry.Feed;
            }
        }
    }

    /// <summary>A feed that asks, where it has missed something, to be subscribed again.</summary>
    protected abstract TFeed Create(TKey key, Action resync);

    protected abstract IGrainObserver Refer(TFeed feed);

    /// <summary>Subscribes or renews, and gives the feed the state that it goes on from.</summary>
    protected abstract Task SubscribeAsync(TFeed feed, IGrainObserver reference);

    protected abstract Task UnsubscribeAsync(TFeed feed, IGrainObserver reference);

    protected abstract void Release(IGrainObserver reference);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await WaitAsync(stoppingToken);
                var wanted = new HashSet<TKey>();
                while (_stale.Reader.TryRead(out var key))
                {
                    wanted.Add(key);
                }

                await Parallel.ForEachAsync(
                    _entries, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
                    async (one, token) => await KeepAsync(one.Key, one.Value, wanted.Contains(one.Key), token));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; the leases run out by themselves.
        }
    }

    private async ValueTask KeepAsync(TKey key, Entry entry, bool wanted, CancellationToken stoppingToken)
    {
        if (entry.Feed.EmptySince is { } since)
        {
            if (time.GetElapsedTime(since) > Linger)
            {
                await DropAsync(key, entry);
            }
        }
        else if (wanted || time.GetElapsedTime(entry.RenewedAt) > renewal || entry.Reference is null)
        {
            await RenewAsync(entry, stoppingToken);
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var tick = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        tick.CancelAfter(Tick);
        try
        {
            await _stale.Reader.WaitToReadAsync(tick.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Time to look at the leases.
        }
    }

    private async Task RenewAsync(Entry entry, CancellationToken cancellationToken)
    {
        try
        {
            await SubscribeAsync(entry, onlyFirst: false, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            RenewalFailed(logger, exception);
        }
    }

    // False where the feed was dropped meanwhile.
    private async Task<bool> SubscribeAsync(Entry entry, bool onlyFirst, CancellationToken cancellationToken)
    {
        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            if (entry.Dropped)
            {
                return false;
            }

            if (onlyFirst)
            {
                entry.Feed.Await();
                if (entry.Reference is not null)
                {
                    return true;
                }
            }

            var reference = entry.Reference ?? Refer(entry.Feed);
            await SubscribeAsync(entry.Feed, reference);
            entry.Reference = reference;
            entry.RenewedAt = time.GetTimestamp();
            return true;
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private async Task DropAsync(TKey key, Entry entry)
    {
        await entry.Gate.WaitAsync();
        try
        {
            if (entry.Feed.EmptySince is not { } since || time.GetElapsedTime(since) <= Linger)
            {
                return;
            }

            // A client that comes now begins with a new feed.
            entry.Dropped = true;
            _entries.TryRemove(key, out _);
            if (entry.Reference is { } reference)
            {
                await UnsubscribeAsync(entry.Feed, reference);
                Release(reference);
            }
        }
        catch (Exception exception)
        {
            RenewalFailed(logger, exception);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A live subscription could not be renewed; it is tried again")]
    private static partial void RenewalFailed(ILogger logger, Exception exception);

    private sealed class Entry(TFeed feed)
    {
        public TFeed Feed { get; } = feed;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public IGrainObserver? Reference { get; set; }

        public long RenewedAt { get; set; }

        public bool Dropped { get; set; }
    }
}
