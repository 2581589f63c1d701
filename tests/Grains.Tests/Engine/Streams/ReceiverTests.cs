using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans.Streams;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;
using Platform.Storage.Engine.Journal;
using Platform.Testing;

namespace Platform.Grains.Tests.Engine.Streams;

public sealed class ReceiverTests(StreamDatabase database) : IClassFixture<StreamDatabase>
{
    private const int Writers = 8;
    private const int TransactionsEach = 60;
    private const int RowsEach = 20;

    [Fact]
    public async Task The_receiver_skips_no_row_with_eight_concurrent_writers()
    {
        var organisation = StreamDatabase.Id();
        var receiver = Receiver(organisation, new JournalSignal());
        var seen = new HashSet<long>();
        Fence? previous = null;

        var writing = WriteAsync(organisation);
        await StreamDatabase.UntilAsync(
            async () =>
            {
                foreach (var batch in (await ReadAsync(receiver)).Where(b => b.OrganisationId == organisation))
                {
                    Assert.Equal(previous ?? batch.Delivery.After, batch.Delivery.After);
                    previous = batch.Delivery.Through;
                    Assert.All(batch.Delivery.Entries, entry => Assert.True(seen.Add(entry.Fence.Position), "A row came twice."));
                }

                return writing.IsCompleted && seen.Count == Writers * TransactionsEach * RowsEach;
            },
            seconds: 60);
        await writing;
    }

    [Fact]
    public async Task A_row_that_commits_after_a_later_one_is_not_skipped()
    {
        var organisation = StreamDatabase.Id();
        var reader = new JournalReader(database.Database);
        await using var older = await database.Database.Queries.OpenConnectionAsync();
        await using var transaction = await older.BeginTransactionAsync();
        var first = await StreamDatabase.AppendAsync(older, organisation, "wallet", StreamDatabase.Charged(1));
        var second = await database.ChargeAsync(organisation, 2);
        var before = await reader.ReadOrganisationAsync(organisation, Fence.Start, 10, CancellationToken.None);
        await transaction.CommitAsync();
        Assert.Empty(before.Entries);

        // Transactions of other tests may block the fence for a moment.
        var after = before;
        await StreamDatabase.UntilAsync(async () =>
            (after = await reader.ReadOrganisationAsync(organisation, before.Through, 10, CancellationToken.None)).Entries.Count == 2);
        Assert.Equal([first, second], after.Entries.Select(entry => entry.Fence));
    }

    [Fact]
    public async Task Reading_by_position_alone_would_skip_rows()
    {
        var organisation = StreamDatabase.Id();
        var seen = 0;
        var last = 0L;
        var writing = WriteAsync(organisation);
        bool done;
        do
        {
            done = writing.IsCompleted;
            await using var command = database.Database.Queries.CreateCommand(
                "SELECT position FROM journal WHERE org_id = $1 AND position > $2 ORDER BY position");
            command.Parameters.Add(new() { Value = organisation });
            command.Parameters.Add(new() { Value = last });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                last = reader.GetInt64(0);
                seen++;
            }
        }
        while (!done);

        await writing;
        Assert.True(seen < Writers * TransactionsEach * RowsEach, "No row was lost; the writers did not overlap.");
    }

    [Fact]
    public async Task Rows_come_in_numeric_order_of_transaction_ids()
    {
        var organisation = StreamDatabase.Id();
        await using var connection = await database.Database.Queries.OpenConnectionAsync();
        await using (var insert = new NpgsqlCommand(
            """
            INSERT INTO journal
                (partition, xid, org_id, entity_type, entity_id, version, operation_id, command_hash, actor_id, at, events, reply)
            SELECT $1, x::text::xid8, $2, 'wallet', $2, x, gen_random_uuid(), $2, $2, now(), '[]', '{}'
            FROM unnest(ARRAY[9, 10, 99, 100]) AS x
            """, connection))
        {
            insert.Parameters.Add(new() { Value = JournalPartition.Of(organisation) });
            insert.Parameters.Add(new() { Value = organisation });
            await insert.ExecuteNonQueryAsync();
        }

        var reader = new JournalReader(database.Database);
        var first = await reader.ReadOrganisationAsync(organisation, Fence.Start, 2, CancellationToken.None);
        var second = await reader.ReadOrganisationAsync(organisation, first.Through, 2, CancellationToken.None);

        Assert.Equal([9, 10, 99, 100], first.Entries.Concat(second.Entries).Select(entry => entry.Version));
    }

    [Fact]
    public async Task A_signal_is_answered_within_the_long_poll()
    {
        var organisation = StreamDatabase.Id();
        var signal = new JournalSignal();
        var receiver = Receiver(organisation, signal);
        await DrainAsync(receiver, organisation, rows: 0);

        // Wait until polling is so slow that only the signal can explain a quick answer.
        await StreamDatabase.UntilAsync(async () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            await ReadAsync(receiver);
            return TimeProvider.System.GetElapsedTime(started) >= JournalReceiver.LongPoll - TimeSpan.FromMilliseconds(20);
        });
        await StreamDatabase.UntilAsync(async () =>
        {
            await database.ChargeAsync(organisation, 100);
            signal.Raise(JournalPartition.Of(organisation));
            var started = TimeProvider.System.GetTimestamp();
            var batches = await ReadAsync(receiver);
            return batches.Count > 0 && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMilliseconds(150);
        });
    }

    [Fact]
    public async Task A_lost_checkpoint_only_replays()
    {
        var organisation = StreamDatabase.Id();
        var fence = await database.ChargeAsync(organisation, 100);
        var checkpoints = new CheckpointStore(database.Database);
        var partition = JournalPartition.Of(organisation);
        await checkpoints.SaveAsync(partition, fence, CancellationToken.None);
        var behind = Receiver(organisation, new JournalSignal());
        Assert.Empty(await DrainAsync(behind, organisation, rows: 0));

        await database.ScalarAsync<object>("DELETE FROM stream_checkpoint WHERE partition = $1 RETURNING 1", partition);
        var replaying = Receiver(organisation, new JournalSignal());

        var batch = Assert.Single(await DrainAsync(replaying, organisation));
        Assert.Equal(Fence.Start, batch.Delivery.After);
        Assert.Equal(fence, batch.Delivery.Through);
    }

    [Fact]
    public async Task A_checkpoint_never_moves_back()
    {
        var checkpoints = new CheckpointStore(database.Database);
        await checkpoints.SaveAsync(99, new Fence(1000, 5), CancellationToken.None);
        await checkpoints.SaveAsync(99, new Fence(999, 7), CancellationToken.None);

        Assert.Equal(new Fence(1000, 5), await checkpoints.LoadAsync(99, CancellationToken.None));
    }

    [Fact]
    public async Task A_receiver_reads_at_most_twenty_thousand_rows_ahead_of_delivery()
    {
        var organisation = StreamDatabase.Id();
        await database.AppendManyAsync(organisation, 21_000);
        var receiver = Receiver(organisation, new JournalSignal());
        var inFlight = new List<IBatchContainer>();
        await StreamDatabase.UntilAsync(async () =>
        {
            inFlight.AddRange(await receiver.GetQueueMessagesAsync(400, CancellationToken.None));
            return Entries(inFlight) >= 20_000;
        });

        Assert.Empty(await receiver.GetQueueMessagesAsync(400, CancellationToken.None));
        Assert.InRange(Entries(inFlight), 20_000, 20_399);

        await receiver.MessagesDeliveredAsync(inFlight, CancellationToken.None);
        Assert.NotEmpty(await receiver.GetQueueMessagesAsync(400, CancellationToken.None));
    }

    /// <summary>The clock does not advance, so that only the cancellation can end the wait.</summary>
    [Fact]
    public async Task A_stopping_silo_ends_the_wait_for_rows_at_once()
    {
        var organisation = StreamDatabase.Id();
        var clock = new ManualTime();
        var receiver = Receiver(organisation, new JournalSignal(), clock);
        using var stopping = new CancellationTokenSource();
        var waiting = ReadAsync(receiver, stopping.Token); // Rows of other tests in the partition come first.
        await StreamDatabase.UntilAsync(() =>
        {
            waiting = waiting.IsCompleted ? ReadAsync(receiver, stopping.Token) : waiting;
            return Task.FromResult(!waiting.IsCompleted && clock.IsAwaited);
        });

        await stopping.CancelAsync();

        Assert.Empty(await waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Empty(await receiver.GetQueueMessagesAsync(400, stopping.Token));
    }

    private static int Entries(IEnumerable<IBatchContainer> batches) =>
        batches.Cast<JournalBatch>().Sum(batch => batch.Delivery.Entries.Count);

    /// <summary>Reads one page and reports it as delivered, like the pulling agent.</summary>
    private static async Task<IReadOnlyList<JournalBatch>> ReadAsync(JournalReceiver receiver, CancellationToken stopping = default)
    {
        var read = await receiver.GetQueueMessagesAsync(400, stopping);
        await receiver.MessagesDeliveredAsync(read, CancellationToken.None);
        return [.. read.Cast<JournalBatch>()];
    }

    /// <summary>Reads until these rows of an organisation have come, or, if there are none to come, until nothing more does.</summary>
    private static async Task<List<JournalBatch>> DrainAsync(JournalReceiver receiver, Guid organisation, int rows = 1)
    {
        var batches = new List<JournalBatch>();
        var empty = 0;
        await StreamDatabase.UntilAsync(async () =>
        {
            var read = await ReadAsync(receiver);
            empty = read.Count == 0 ? empty + 1 : 0;
            batches.AddRange(read.Where(batch => batch.OrganisationId == organisation));
            return rows > 0 ? batches.Count >= rows : empty > 3;
        });
        return batches;
    }

    private JournalReceiver Receiver(Guid organisation, JournalSignal signal, TimeProvider? time = null) => new(
        JournalPartition.Of(organisation),
        new JournalReader(database.Database),
        new CheckpointStore(database.Database),
        signal,
        time ?? TimeProvider.System,
        NullLogger<JournalReceiver>.Instance);

    private Task WriteAsync(Guid organisation) => Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
    {
        await using var connection = await database.Database.Queries.OpenConnectionAsync();
        for (var i = 0; i < TransactionsEach; i++)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            for (var row = 0; row < RowsEach; row++)
            {
                await StreamDatabase.AppendAsync(connection, organisation, "wallet", StreamDatabase.Charged(1));
            }

            await transaction.CommitAsync();
        }
    }));
}
