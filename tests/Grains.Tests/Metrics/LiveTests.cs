using System.Collections.Concurrent;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Metrics;
using Platform.Grains.Wallets;
using Platform.Metrics;
using Xunit.Abstractions;

namespace Platform.Grains.Tests.Metrics;

public sealed class LiveTests(StreamDatabase database, ITestOutputHelper output) : IClassFixture<StreamDatabase>
{
    [Fact]
    public async Task A_snapshot_and_its_updates_add_up_to_what_was_committed()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        await database.ChargeAsync(organisation, 150);
        var observer = new Recorder();

        var grain = cluster.Grain<IOrganisationMetricsGrain>(organisation);
        var snapshot = await grain.SubscribeAsync(cluster.Reference<ILiveObserver>(observer));
        Assert.Equal(1.5m, Assert.Single(snapshot.Values, value => value.Metric == WalletMetrics.Charges.Name).Today);
        for (var i = 0; i < 40; i++)
        {
            await database.ChargeAsync(organisation, 100);
            cluster.Signal.Raise(JournalPartition.Of(organisation));
        }

        await StreamDatabase.UntilAsync(() => Task.FromResult(Last(observer)?.Today == 41.5m));
        Assert.Equal(41, Last(observer)!.CountToday);
        var updates = observer.Updates.OrderBy(update => update.Offset).ToArray(); // One-way calls may overtake each other.
        Assert.Equal(Enumerable.Range(1, updates.Length).Select(i => snapshot.Offset + i), updates.Select(update => update.Offset));
        Assert.All(updates, update => Assert.Equal(snapshot.Epoch, update.Epoch));
        Assert.All(observer.Organisations, id => Assert.Equal(organisation, id));
    }

    [Fact]
    public async Task Updates_are_at_least_a_tenth_of_a_second_apart_and_stop_when_nothing_changes()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        var observer = new Recorder();
        await cluster.Grain<IOrganisationMetricsGrain>(organisation).SubscribeAsync(cluster.Reference<ILiveObserver>(observer));

        await WriteAsync(cluster, organisation, perSecond: 500, seconds: 2, batch: 1);
        await StreamDatabase.UntilAsync(() => Task.FromResult(Last(observer)?.CountToday == 1000));

        // Timers may fire a few ms early.
        var updates = observer.Updates.OrderBy(update => update.Offset).ToArray();
        Assert.All(
            updates.Zip(updates.Skip(1)), pair =>
                Assert.True(pair.Second.At - pair.First.At >= LivePush.Every - TimeSpan.FromMilliseconds(15)));
        var took = updates[^1].At - updates[0].At;
        Assert.True(updates.Length <= (took / LivePush.Every) + 10, $"{updates.Length} updates in {took}");
    }

    [Fact]
    public async Task An_unsubscribed_observer_gets_nothing()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        var (left, stays) = (new Recorder(), new Recorder());
        var grain = cluster.Grain<IOrganisationMetricsGrain>(organisation);
        var reference = cluster.Reference<ILiveObserver>(left);
        await grain.SubscribeAsync(reference);
        await grain.SubscribeAsync(cluster.Reference<ILiveObserver>(stays));
        await grain.UnsubscribeAsync(reference);

        await database.ChargeAsync(organisation, 100);
        await StreamDatabase.UntilAsync(() => Task.FromResult(Last(stays)?.Today == 1m));

        Assert.Empty(left.Updates);
    }

    [Fact]
    public async Task At_a_thousand_commits_a_second_an_observer_gets_continuous_updates_and_misses_none()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var organisation = StreamDatabase.Id();
        var observer = new Recorder();
        await cluster.Grain<IOrganisationMetricsGrain>(organisation).SubscribeAsync(cluster.Reference<ILiveObserver>(observer));
        await WriteAsync(cluster, organisation, perSecond: 1000, seconds: 1, batch: 10);
        observer.Latencies.Clear();

        await WriteAsync(cluster, organisation, perSecond: 1000, seconds: 6, batch: 10);
        await StreamDatabase.UntilAsync(() => Task.FromResult(Last(observer)?.CountToday == 7000));

        var latencies = observer.Latencies.Order().ToArray();
        var p99 = latencies[(int)(latencies.Length * 0.99)];
        var p50 = latencies[latencies.Length / 2];
        output.WriteLine($"{latencies.Length} updates, p50 {p50.TotalMilliseconds:F0} ms, p99 {p99.TotalMilliseconds:F0} ms");

        // The latency is measured in bench; this checks that updates are frequent and complete. Calls may overtake each other on a busy
        // client, so the offsets are sorted.
        Assert.True(latencies.Length >= 10, $"{latencies.Length} updates");
        var offsets = observer.Updates.Select(update => update.Offset).Order().ToArray();
        Assert.Equal(Enumerable.Range(0, offsets.Length).Select(i => offsets[0] + i), offsets);
    }

    private static LiveValue? Last(Recorder observer) =>
        observer.Updates.MaxBy(update => update.Offset)?.Values.SingleOrDefault(value => value.Metric == WalletMetrics.Charges.Name);

    // Like the group-commit writer: several rows per transaction, then the signal.
    private async Task WriteAsync(StreamCluster cluster, Guid organisation, int perSecond, int seconds, int batch)
    {
        await using var connection = await database.Database.Queries.OpenConnectionAsync();
        var started = TimeProvider.System.GetTimestamp();
        for (var written = 0; written < perSecond * seconds; written += batch)
        {
            var due = TimeSpan.FromSeconds(written / (double)perSecond) - TimeProvider.System.GetElapsedTime(started);
            if (due > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(due);
            }

            await using var transaction = await connection.BeginTransactionAsync();
            for (var i = 0; i < batch; i++)
            {
                await StreamDatabase.AppendAsync(connection, organisation, "wallet", StreamDatabase.Charged(100));
            }

            await transaction.CommitAsync();
            cluster.Signal.Raise(JournalPartition.Of(organisation));
        }
    }

    private sealed class Recorder : ILiveObserver
    {
        public ConcurrentQueue<LiveUpdate> Updates { get; } = new();

        public ConcurrentQueue<Guid> Organisations { get; } = new();

        public ConcurrentQueue<TimeSpan> Latencies { get; } = new();

        public Task OnUpdateAsync(Guid organisationId, LiveUpdate update)
        {
            Updates.Enqueue(update);
            Organisations.Enqueue(organisationId);
            Latencies.Enqueue(TimeProvider.System.GetUtcNow() - update.CommittedAt);
            return Task.CompletedTask;
        }
    }
}
