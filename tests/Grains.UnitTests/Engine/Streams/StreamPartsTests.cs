using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;

namespace Platform.Grains.UnitTests.Engine.Streams;

public sealed class StreamPartsTests
{
    [Fact]
    public void The_sixteen_queues_map_to_the_sixteen_partitions()
    {
        var mapper = new JournalQueueMapper();
        var queues = mapper.GetAllQueues().ToList();

        Assert.Equal(Enumerable.Range(0, 16).Select(i => (short)i), queues.Select(JournalQueueMapper.PartitionOf));
        Assert.Equal(16, queues.Select(queue => queue.GetUniformHashCode()).Distinct().Count());
        for (var i = 0; i < 200; i++)
        {
            var organisation = Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddDays(i));
            var queue = mapper.GetQueueForStream(JournalStream.Of(organisation));
            Assert.Equal(JournalPartition.Of(organisation), JournalQueueMapper.PartitionOf(queue));
        }
    }

    [Fact]
    public void An_idle_partition_is_read_less_and_less_often_until_a_signal()
    {
        var pace = new PollPace();
        var now = TimeSpan.FromHours(1);
        Assert.True(pace.Wait(now, signalled: false) <= TimeSpan.Zero);
        var waits = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            pace.Read(now, signalled: false, anyRows: i == 0);
            waits.Add(pace.Wait(now, signalled: false).TotalMilliseconds);
            now += TimeSpan.FromSeconds(5);
        }

        Assert.Equal([100, 200, 400, 800, 1600, 2000, 2000, 2000], waits);
        Assert.True(pace.Wait(now, signalled: true) <= TimeSpan.Zero);
    }

    [Fact]
    public void Signals_do_not_reduce_the_time_between_reads_below_the_gap()
    {
        var pace = new PollPace();
        pace.Read(TimeSpan.FromSeconds(10), signalled: true, anyRows: false);

        Assert.Equal(PollPace.Gap, pace.Wait(TimeSpan.FromSeconds(10), signalled: true));
        Assert.Equal(PollPace.Gap, pace.Wait(TimeSpan.FromSeconds(10), signalled: false));
    }

    [Fact]
    public void A_checkpoint_lags_delivery_and_never_passes_undelivered_pages()
    {
        var pages = new DeliveredPages();
        pages.Produced(1, new Fence(10, 1), 3);
        pages.Produced(2, new Fence(20, 1), 4);
        pages.Delivered(1, endsPage: false, TimeSpan.Zero);
        Assert.Null(pages.Checkpoint(TimeSpan.FromHours(1)));
        Assert.Equal(7, pages.EntriesInFlight);

        pages.Delivered(2, endsPage: false, TimeSpan.FromSeconds(1));
        Assert.Null(pages.Checkpoint(TimeSpan.FromSeconds(1)));
        Assert.Equal(new Fence(10, 1), pages.Checkpoint(TimeSpan.FromSeconds(1) + DeliveredPages.CheckpointLag));
        Assert.Equal(4, pages.EntriesInFlight);

        pages.Delivered(2, endsPage: true, TimeSpan.FromSeconds(60));
        Assert.Equal(new Fence(20, 1), pages.Checkpoint(TimeSpan.FromSeconds(60) + DeliveredPages.CheckpointLag));
        Assert.Equal(0, pages.EntriesInFlight);
    }

    [Fact]
    public void A_token_with_an_unknown_store_is_compared_with_the_stored_one()
    {
        var token = new ConsumerToken(new Fence(1, 1));
        token.Quarantine(new Poison(Guid.Empty, 1, "first", DateTimeOffset.UnixEpoch));
        Assert.Single(token.Attempt(Guid.Empty, "x", new Fence(2, 2)).Poison);
        token.Quarantine(new Poison(Guid.Empty, 2, "second", DateTimeOffset.UnixEpoch));

        Assert.Equal(TokenStatus.NotStored, token.Compare(new Fence(1, 1)));
        Assert.Equal(TokenStatus.Stored, token.Compare(new Fence(2, 2)));
        Assert.Equal(TokenStatus.Lost, token.Compare(new Fence(2, 1)));

        token.Settle(stored: true);
        Assert.False(token.IsUncertain);
        var next = token.Attempt(Guid.Empty, "x", new Fence(3, 3));
        Assert.Equal(new Fence(2, 2), next.From);
        Assert.Equal("second", Assert.Single(next.Poison).Error);
    }

    [Fact]
    public void A_token_that_was_not_stored_keeps_its_quarantined_rows()
    {
        var token = new ConsumerToken(Fence.Start);
        token.Quarantine(new Poison(Guid.Empty, 1, "first", DateTimeOffset.UnixEpoch));
        token.Attempt(Guid.Empty, "x", new Fence(2, 2));

        token.Settle(stored: false);

        var again = token.Attempt(Guid.Empty, "x", new Fence(2, 2));
        Assert.Equal(Fence.Start, again.From);
        Assert.Single(again.Poison);
    }

    [Fact]
    public async Task Nothing_can_be_published_on_the_journal_stream()
    {
        var services = new Microsoft.Extensions.DependencyInjection.ServiceCollection();
        Microsoft.Extensions.DependencyInjection.LoggingServiceCollectionExtensions.AddLogging(services);
        var adapter = new JournalQueueAdapter(
            Microsoft.Extensions.DependencyInjection.ServiceCollectionContainerBuilderExtensions.BuildServiceProvider(services));

        Assert.False(adapter.IsRewindable);
        await Assert.ThrowsAsync<NotSupportedException>(() => adapter.QueueMessageBatchAsync(JournalStream.Of(Guid.Empty), [1], null!, []));
    }
}
