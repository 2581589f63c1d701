using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;
using Platform.Metrics;

namespace Platform.Grains.Metrics;

/// <summary>
/// Folds the journal of one organisation into rollups: first in memory, pushed to dashboards at once, and stored with the token about once
/// a second. Queries combine stored rollups with those not yet stored. Calls do not interleave, so that no store happens between the two.
/// </summary>
[GrainType("organisation-metrics")]
[ImplicitStreamSubscription(JournalStream.Namespace)]
public sealed class OrganisationMetricsGrain(ConsumerServices services, IRollupStore rollups)
    : JournalConsumerGrain(services, ConsumerName), IOrganisationMetricsGrain
{
    public const string ConsumerName = "organisation-metrics";

    private static readonly TimeSpan CatchUpWithin = TimeSpan.FromSeconds(3);

    private readonly LivePush _push = new(services.Time, services.Logger);
    private RollupDeltas _deltas = new();
    private RollupDeltas _storing = new();
    private LiveTotals? _live;
    private DateTimeOffset _newest;
    private DateTimeOffset? _newestUnsent;
    private IGrainTimer? _pushTimer;
    private bool _pushScheduled;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        _pushTimer = this.RegisterGrainTimer(PushAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
    }

    public async Task<Result<MetricSeries>> QueryAsync(SeriesQuery query)
    {
        using var activity = MetricInstruments.Activities.StartActivity("metrics.query");
        var started = Time.GetTimestamp();
        var plan = MetricDecisions.Plan(query);
        if (!plan.IsSuccess)
        {
            return plan.Error;
        }

        var grid = plan.Value;
        var resolution = MetricDecisions.ResolutionOf(query.Bucket);
        var answer = await AskAsync(async () =>
        {
            var watermark = await WatermarkAsync();
            var stored = await ReadAsync([query.Metric], resolution, grid);
            return stored is null ? null : new Answer<Result<MetricSeries>>(MetricDecisions.Fold(query, grid, stored, watermark)
                .Map(buckets => new MetricSeries(query.Metric, buckets, watermark, query.TimeZone)));
        });
        MetricInstruments.QuerySeconds.Record(Time.GetElapsedTime(started).TotalSeconds);
        return answer is null ? CommonErrors.StoreUnavailable : answer.Value;
    }

    public async Task<Result<IReadOnlyList<MetricInfo>>> ListAsync()
    {
        var answer = await AskAsync(async () =>
        {
            await WatermarkAsync();
            var stored = await rollups.ListAsync(OrganisationId, ConsumerName, BuiltInMetrics.Names, CancellationToken.None);
            return Confirm(stored.Token) ? new Answer<IReadOnlyList<MetricInfo>>(Infos(stored.Spans)) : null;
        });
        return answer is null ? CommonErrors.StoreUnavailable : new Result<IReadOnlyList<MetricInfo>>(answer.Value, null);
    }

    public async Task<LiveSnapshot> SubscribeAsync(ILiveObserver observer)
    {
        var answer = await AskAsync(async () => await LoadLiveAsync() is { } live ? new Answer<LiveTotals>(live) : null)
            ?? throw new JournalUnavailableException("The rollups cannot be read at the moment.");
        _push.Subscribe(observer);
        answer.Value.Advance(Time.GetUtcNow());
        return _push.Snapshot(answer.Value);
    }

    public Task UnsubscribeAsync(ILiveObserver observer)
    {
        _push.Unsubscribe(observer);
        return Task.CompletedTask;
    }

    protected override ValueTask ApplyAsync(JournalEntry entry)
    {
        foreach (var point in MetricMapping.Map(entry))
        {
            _deltas.Add(point);
            _live?.Add(point.Metric, point.Dimensions, point.At, Rollup.Of(point.Value));
        }

        _deltas.See(entry.ActorId, entry.At);
        _newest = entry.At > _newest ? entry.At : _newest;
        _newestUnsent = _newest;
        return ValueTask.CompletedTask;
    }

    protected override void AfterApply() => SchedulePush();

    protected override async Task<bool> StoreAsync(TokenMove move)
    {
        var started = Time.GetTimestamp();
        (_storing, _deltas) = (_deltas, new RollupDeltas());
        var stored = await rollups.AddAsync(move, _storing, CancellationToken.None);
        MetricInstruments.FlushSeconds.Record(Time.GetElapsedTime(started).TotalSeconds);
        MetricInstruments.FlushSlots.Record(_storing.Slots.Count);
        return stored;
    }

    protected override void Settled(bool stored)
    {
        if (!stored)
        {
            _deltas.Add(_storing);
        }

        _storing = new RollupDeltas();
    }

    protected override void Forget()
    {
        _deltas = new RollupDeltas();
        _storing = new RollupDeltas();
        _live = null;
    }

    // Reads everything committed before the call; if that takes too long, the watermark is what was read.
    private async Task<DateTimeOffset> WatermarkAsync()
    {
        var arrived = Time.GetUtcNow();
        return await CatchUpToHeadAsync(CatchUpWithin) || arrived < _newest ? arrived : _newest;
    }

    // Combines stored buckets and deltas; returns null if another activation has stored meanwhile.
    private async Task<IReadOnlyList<BucketRollup>?> ReadAsync(IReadOnlyList<string> metrics, Resolution resolution, BucketGrid grid)
    {
        var stored = await rollups.ReadAsync(
            new RollupRead(OrganisationId, ConsumerName, metrics, resolution, grid.Starts, grid.End), CancellationToken.None);
        return Confirm(stored.Token) ? [.. stored.Buckets, .. MetricDecisions.InGrid(_deltas, metrics, resolution, grid)] : null;
    }

    // Retries if another activation has moved the token. This one deactivates after the call.
    private static async Task<Answer<T>?> AskAsync<T>(Func<Task<Answer<T>?>> ask)
    {
        try
        {
            return await ask() ?? await ask() ?? await ask();
        }
        catch (JournalUnavailableException)
        {
            return null;
        }
    }

    private List<MetricInfo> Infos(IReadOnlyList<MetricSpan> stored)
    {
        var spans = stored.Concat(_deltas.Slots
            .Where(slot => slot.Key.Resolution == Resolution.Minute)
            .Select(slot => new MetricSpan(slot.Key.Metric, slot.Key.Slot, slot.Key.Slot)));
        return
        [
            .. from span in spans
               group span by span.Metric into metric
               orderby metric.Key
               select new MetricInfo(
                   metric.Key, BuiltInMetrics.Find(metric.Key)?.Dimensions ?? [], metric.Min(span => span.First),
                   metric.Max(span => span.Last)),
        ];
    }

    private async Task<LiveTotals?> LoadLiveAsync()
    {
        if (_live is null)
        {
            await CatchUpToHeadAsync(CatchUpWithin);
            var now = Time.GetUtcNow();
            var minute = Slots.Floor(now, Slots.Minute);
            var grid = BucketGrid.Between(Slots.Floor(now, Slots.Day), minute, Slots.Floor(now, Slots.Day) + Slots.Day);
            if (await ReadAsync(BuiltInMetrics.Names, Resolution.Minute, grid) is not { } stored)
            {
                return null;
            }

            var live = new LiveTotals(now);
            foreach (var bucket in stored)
            {
                live.Add(bucket.Metric, bucket.Dimensions, grid[bucket.Bucket].Start, bucket.Value);
            }

            live.TakeChanges();
            _live = live;
        }

        return _live;
    }

    private void SchedulePush()
    {
        if (!_pushScheduled && _push.HasObservers && _live is { HasChanges: true })
        {
            _pushScheduled = true;
            _pushTimer?.Change(_push.Wait, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task PushAsync()
    {
        _pushScheduled = false;
        if (_live is not { } live || !_push.HasObservers)
        {
            return;
        }

        live.Advance(Time.GetUtcNow());
        if (live.HasChanges)
        {
            await _push.SendAsync(OrganisationId, live, _newestUnsent);
            _newestUnsent = null;
        }

        // A minute that ends changes its totals without any event.
        if (!_pushScheduled && live.MinuteEnds is { } ends)
        {
            var wait = ends - Time.GetUtcNow();
            _pushTimer?.Change(wait > LivePush.Every ? wait : LivePush.Every, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed record Answer<T>(T Value);
}
