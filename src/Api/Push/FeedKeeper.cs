using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Platform.Api.Push;

/// <summary>A feed of live updates, as its keeper sees it.</summary>
public interface IFeed
{
    /// <summary>Since when no client listens, on the monotonic clock; null while one does.</summary>
    long? EmptySince { get; }

    /// <summary>Announces a client: restarts <see cref="EmptySince"/> if no client listens yet.</summary>
    void ExpectClient();
}

/// <summary>
/// Keeps one grain subscription for each feed that has clients in this process. Renews it well within its lease, which also detects that
/// the grain has moved, and drops it some seconds after the last client has disconnected.
/// </summary>
public abstract partial class FeedKeeper<TKey, TFeed>(TimeSpan renewal, TimeProvider time, ILogger logger) : BackgroundService
    where TKey : notnull
    where TFeed : class, IFeed
{
    private const int MaxParallel = 16;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private readonly Channel<TKey> _staleKeys = Channel.CreateBounded<TKey>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Returns the feed, subscribed to its grain.</summary>
    public async Task<TFeed> OpenAsync(TKey key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = _entries.GetOrAdd(key, id => new Entry(Create(id, () => _staleKeys.Writer.TryWrite(id))));
            if (await SubscribeAsync(entry, onlyFirst: true, cancellationToken))
            {
                return entry.Feed;
            }
        }
    }

    /// <summary>Creates a feed. It calls <paramref name="resync"/> if it has missed an update.</summary>
    protected abstract TFeed Create(TKey key, Action resync);

    protected abstract IGrainObserver CreateReference(TFeed feed);

    /// <summary>Subscribes or renews, and gives the feed its current state.</summary>
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
                var stale = new HashSet<TKey>();
                while (_staleKeys.Reader.TryRead(out var key))
                {
                    stale.Add(key);
                }

                await Parallel.ForEachAsync(
                    _entries, new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = stoppingToken },
                    async (one, token) => await KeepAsync(one.Key, one.Value, stale.Contains(one.Key), token));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process is stopping; the leases expire on their own.
        }
    }

    private async ValueTask KeepAsync(TKey key, Entry entry, bool stale, CancellationToken stoppingToken)
    {
        if (entry.Feed.EmptySince is { } since)
        {
            if (time.GetElapsedTime(since) > Linger)
            {
                await DropAsync(key, entry);
            }
        }
        else if (stale || time.GetElapsedTime(entry.RenewedAt) > renewal || entry.Reference is null)
        {
            await RenewAsync(entry, stoppingToken);
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var tick = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        tick.CancelAfter(CheckInterval);
        try
        {
            await _staleKeys.Reader.WaitToReadAsync(tick.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Time to check the leases.
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

    // Returns false if the feed was dropped in the meantime.
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
                entry.Feed.ExpectClient();
                if (entry.Reference is not null)
                {
                    return true;
                }
            }

            var reference = entry.Reference ?? CreateReference(entry.Feed);
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

            // From now on, new clients get a new feed.
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

    [LoggerMessage(1, LogLevel.Warning, "A live subscription could not be renewed and will be retried")]
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
