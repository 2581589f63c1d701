using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;
using Platform.Storage.Engine.Journal;

namespace Platform.Grains.Tests.Engine.Streams;

public sealed class DeliveryTests(StreamDatabase database) : IClassFixture<StreamDatabase>
{
    private const long Earlier = 100;

    [Fact]
    public async Task The_same_delivery_twice_is_applied_once()
    {
        await using var cluster = await StreamCluster.StartAsync(database, streams: false);
        var organisation = StreamDatabase.Id();
        await ActivateAsync(cluster, organisation);
        var probe = cluster.Grain<IProbeConsumer>(organisation);
        var delivery = await DeliveryAsync(organisation, Fence.Start, 1, 2, 3);

        await probe.DeliverAsync(delivery);
        await probe.DeliverAsync(delivery);

        Assert.Equal(Applied(1, 2, 3), await probe.AppliedAsync());
    }

    [Fact]
    public async Task Deliveries_in_the_wrong_order_are_applied_in_the_right_one()
    {
        await using var cluster = await StreamCluster.StartAsync(database, streams: false);
        var organisation = StreamDatabase.Id();
        await ActivateAsync(cluster, organisation);
        var probe = cluster.Grain<IProbeConsumer>(organisation);
        var first = await DeliveryAsync(organisation, Fence.Start, 1, 2);
        var second = await DeliveryAsync(organisation, first.Through, 3, 4);

        await probe.DeliverAsync(second);
        await probe.DeliverAsync(first);

        Assert.Equal(Applied(1, 2, 3, 4), await probe.AppliedAsync());
    }

    [Fact]
    public async Task A_delivery_that_overlaps_applied_rows_adds_only_the_new_ones()
    {
        await using var cluster = await StreamCluster.StartAsync(database, streams: false);
        var organisation = StreamDatabase.Id();
        await ActivateAsync(cluster, organisation);
        var probe = cluster.Grain<IProbeConsumer>(organisation);
        var first = await DeliveryAsync(organisation, Fence.Start, 1, 2);
        var second = await DeliveryAsync(organisation, first.Through, 3);

        await probe.DeliverAsync(first);
        await probe.DeliverAsync(new JournalDelivery(Fence.Start, second.Through, [.. first.Entries, .. second.Entries]));

        Assert.Equal(Applied(1, 2, 3), await probe.AppliedAsync());
    }

    [Fact]
    public async Task A_gap_is_read_from_the_journal()
    {
        await using var cluster = await StreamCluster.StartAsync(database, streams: false);
        var organisation = StreamDatabase.Id();
        await ActivateAsync(cluster, organisation);
        var probe = cluster.Grain<IProbeConsumer>(organisation);
        await probe.DeliverAsync(await DeliveryAsync(organisation, Fence.Start, 1));
        var lost = await DeliveryAsync(organisation, Fence.Start, 2, 3);

        await probe.DeliverAsync(await DeliveryAsync(organisation, lost.Through, 4));

        Assert.Equal(Applied(1, 2, 3, 4), await probe.AppliedAsync());
    }

    [Fact]
    public async Task A_poison_row_is_quarantined_with_its_error_and_the_others_are_applied()
    {
        await using var cluster = await StreamCluster.StartAsync(database, streams: false);
        var organisation = StreamDatabase.Id();
        await ActivateAsync(cluster, organisation);
        var probe = cluster.Grain<IProbeConsumer>(organisation);

        await probe.DeliverAsync(await DeliveryAsync(organisation, Fence.Start, 12, ProbeConsumer.Poison, 14));

        Assert.Equal(Applied(12, 14), await probe.AppliedAsync());
        await StreamDatabase.UntilAsync(async () => await database.ScalarAsync<long>(
            "SELECT count(*) FROM quarantine WHERE org_id = $1 AND consumer = 'probe' AND version = 13 AND error LIKE '%poison%'",
            organisation) == 1);
    }

    [Fact]
    public async Task A_new_activation_continues_at_the_token()
    {
        var organisation = StreamDatabase.Id();
        JournalDelivery first;
        await using (var cluster = await StreamCluster.StartAsync(database, streams: false))
        {
            await ActivateAsync(cluster, organisation);
            var probe = cluster.Grain<IProbeConsumer>(organisation);
            first = await DeliveryAsync(organisation, Fence.Start, 1, 2);
            await probe.DeliverAsync(first);
            await StreamDatabase.UntilAsync(async () => await TokenAsync(organisation) == first.Through);
        }

        await DeliveryAsync(organisation, first.Through, 3);
        await using var again = await StreamCluster.StartAsync(database, streams: false);
        var next = again.Grain<IProbeConsumer>(organisation);

        await StreamDatabase.UntilAsync(async () => (await next.AppliedAsync()).SequenceEqual([3L]));
    }

    [Fact]
    public async Task Only_one_of_several_concurrent_moves_of_a_token_succeeds()
    {
        var organisation = StreamDatabase.Id();
        var store = new ConsumerStore(database.Database);
        var first = new TokenMove(organisation, "race", Fence.Start, new Fence(5, 1), []);
        var begun = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.MoveAsync(first, CancellationToken.None)));
        var poison = new Poison(organisation, 1, "why", TimeProvider.System.GetUtcNow());
        var second = first with { From = first.To, To = new Fence(6, 1), Poison = [poison] };
        var moved = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.MoveAsync(second, CancellationToken.None)));

        Assert.Single(begun, won => won);
        Assert.Single(moved, won => won);
        Assert.Equal(new Fence(6, 1), await TokenAsync(organisation, "race"));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM quarantine WHERE org_id = $1", organisation));
    }

    // The first catch-up, on activation, must be over: these tests are about deliveries.
    private async Task ActivateAsync(StreamCluster cluster, Guid organisation)
    {
        await DeliveryAsync(organisation, Fence.Start, Earlier); // Where a reader sees it: without streams nobody reads again for long.
        var probe = cluster.Grain<IProbeConsumer>(organisation);
        await StreamDatabase.UntilAsync(async () => (await probe.AppliedAsync()).Length == 1);
    }

    private static long[] Applied(params long[] versions) => [Earlier, .. versions];

    private Task<Fence> TokenAsync(Guid organisation, string consumer = ProbeConsumer.Name) =>
        new ConsumerStore(database.Database).LoadAsync(organisation, consumer, CancellationToken.None);

    private async Task<JournalDelivery> DeliveryAsync(Guid organisation, Fence after, params long[] versions)
    {
        var through = after;
        foreach (var version in versions)
        {
            through = await database.AppendAsync(organisation, "probe", "[]", version: version);
        }

        // The fence hides rows that are newer than a running transaction, such as one of another test.
        var reader = new JournalReader(database.Database);
        JournalEntry[] entries = [];
        await StreamDatabase.UntilAsync(async () =>
        {
            var page = await reader.ReadOrganisationAsync(organisation, Fence.Start, 100, CancellationToken.None);
            entries = [.. page.Entries.Where(entry => versions.Contains(entry.Version))];
            return entries.Length == versions.Length;
        });
        return new JournalDelivery(after, through, entries);
    }
}
