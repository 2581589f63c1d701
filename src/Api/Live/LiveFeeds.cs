using System.Collections.Concurrent;
using System.Threading.Channels;
using Platform.Api.Common;
using Platform.Metrics;

namespace Platform.Api.Live;

/// <summary>
/// One subscription at the metrics grain for each organisation that has live clients here, renewed well within its lease
/// and dropped some seconds after the last client has left.
/// </summary>
public sealed partial class LiveFeeds(EntityGrains grains, TimeProvider time, ILogger<LiveFeeds> logger) : BackgroundService
{
    private static readonly TimeSpan Renewal = IOrganisationMetricsGrain.LiveLease / 4;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Guid, Entry> _entries = new();
    private readonly Channel<LiveFeed> _stale = Channel.CreateBounded<LiveFeed>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>The feed of an organisation, subscribed at its grain.</summary>
    public async Task<LiveFeed> OpenAsync(Guid organisationId, CancellationToken cancellationToken)
    {
        var entry = _entries.GetOrAdd(organisationId, id => new Entry(new LiveFeed(id, feed => _stale.Writer.TryWrite(feed))));
        await SubscribeAsync(entry, onlyFirst: true, cancellationToken);
        return entry.Feed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await WaitAsync(stoppingToken);
                var wanted = new HashSet<Guid>();
                while (_stale.Reader.TryRead(out var feed))
                {
                    wanted.Add(feed.OrganisationId);
                }

                foreach (var (id, entry) in _entries)
                {
                    if (entry.Feed.EmptySince is { } since)
                    {
                        if (entry.Reference is not null && time.GetElapsedTime(since) > Linger)
                        {
                            await DropAsync(id, entry);
                        }
                    }
                    else if (wanted.Contains(id) || time.GetElapsedTime(entry.RenewedAt) > Renewal || (entry.Reference is null && entry.Feed.EmptySince is null))
                    {
                        await RenewAsync(entry, stoppingToken);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; the leases run out by themselves.
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

    private async Task SubscribeAsync(Entry entry, bool onlyFirst, CancellationToken cancellationToken)
    {
        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            if (onlyFirst && entry.Reference is not null)
            {
                return;
            }

            Caller.Set(entry.Feed.OrganisationId);
            var reference = entry.Reference ?? grains.Factory.CreateObjectReference<ILiveObserver>(entry.Feed);
            entry.Feed.Apply(await grains.Metrics(entry.Feed.OrganisationId).SubscribeAsync(reference));
            entry.Reference = reference;
            entry.RenewedAt = time.GetTimestamp();
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private async Task DropAsync(Guid id, Entry entry)
    {
        await entry.Gate.WaitAsync();
        try
        {
            if (entry.Feed.EmptySince is null || entry.Reference is not { } reference)
            {
                return;
            }

            // A client that comes now finds no reference and subscribes again.
            entry.Reference = null;
            Caller.Set(id);
            await grains.Metrics(id).UnsubscribeAsync(reference);
            grains.Factory.DeleteObjectReference<ILiveObserver>(reference);
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

    private sealed class Entry(LiveFeed feed)
    {
        public LiveFeed Feed { get; } = feed;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public ILiveObserver? Reference { get; set; }

        public long RenewedAt { get; set; }
    }
}
