using Npgsql;
using Platform.Grains.Engine.Journal;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Journal;

/// <summary>Concurrent transactions: each entity keeps its order, and a second one starts only for a batch of minimum size.</summary>
public sealed class LanesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task While_an_entity_is_being_written_others_continue_and_its_next_commands_wait()
    {
        await using var writing = new Writing(postgres.ConnectionString, options => (options.Lanes, options.OverlapFrom) = (2, 5));
        var (held, chain) = (Writing.NewEntity(), new AppendChain());
        await using var holding = await HoldAsync(held);
        var first = writing.Writer.AppendAsync(Writing.Accept(held, 1, chain));
        await Eventually.HoldsAsync(() => writing.Writer.Queued == 0, TimeSpan.FromSeconds(5), "the first command is in flight");
        var next = writing.AppendAllAsync(Enumerable.Range(2, 5).Select(version => Writing.Accept(held, version, chain)));
        var others = writing.AppendAllAsync(Enumerable.Range(0, 5).Select(_ => Writing.Accept(Writing.NewEntity(), 1)));

        Assert.All(await others, outcome => Assert.Equal(AppendResult.Committed, outcome.Result));
        Assert.False(first.IsCompleted);
        Assert.False(next.IsCompleted);
        Assert.Equal(5, writing.Writer.Queued);

        await holding.DisposeAsync(); // Rolls back.
        Assert.Equal(AppendResult.Committed, (await first).Result);
        Assert.All(await next, outcome => Assert.Equal(AppendResult.Committed, outcome.Result));
        var entries = await writing.Reader.ReadEntityAsync(held, 1, 10, CancellationToken.None);
        Assert.Equal([1, 2, 3, 4, 5, 6], entries.OrderBy(entry => entry.Fence).Select(entry => entry.Version));
    }

    [Fact]
    public async Task While_a_transaction_runs_another_starts_only_for_a_batch_of_minimum_size()
    {
        await using var writing = new Writing(postgres.ConnectionString, options => (options.Lanes, options.OverlapFrom) = (2, 4));
        var held = Writing.NewEntity();
        await using var holding = await HoldAsync(held);
        var first = writing.Writer.AppendAsync(Writing.Accept(held, 1));
        await Eventually.HoldsAsync(() => writing.Writer.Queued == 0, TimeSpan.FromSeconds(5), "the first command is in flight");
        var org = Writing.NewEntity().OrganisationId;
        var others = Enumerable.Range(0, 4)
            .Select(_ => writing.Writer.AppendAsync(Writing.Accept(Writing.NewEntity() with { OrganisationId = org }, 1)))
            .ToArray();

        Assert.All(await Task.WhenAll(others), outcome => Assert.Equal(AppendResult.Committed, outcome.Result));
        Assert.Equal(1, await writing.CountAsync($"SELECT count(DISTINCT xid) FROM journal WHERE org_id = '{org}'"));
        Assert.False(first.IsCompleted);
        await holding.DisposeAsync(); // Rolls back.
        Assert.Equal(AppendResult.Committed, (await first).Result);
    }

    [Fact]
    public async Task Commands_of_many_entities_over_four_lanes_are_all_written_in_order()
    {
        await using var writing = new Writing(postgres.ConnectionString, options => (options.Lanes, options.OverlapFrom) = (4, 2));
        var entities = Enumerable.Range(0, 40).Select(_ => (Key: Writing.NewEntity(), Chain: new AppendChain())).ToArray();
        var written = new List<Task<AppendOutcome>>();
        for (var version = 1; version <= 50; version++)
        {
            written.AddRange(entities.Select(entity => writing.Writer.AppendAsync(Writing.Accept(entity.Key, version, entity.Chain))));
            await written[^1]; // So that several lanes write batches concurrently.
        }

        Assert.All(await Task.WhenAll(written), outcome => Assert.Equal(AppendResult.Committed, outcome.Result));
        foreach (var (key, _) in entities)
        {
            var entries = await writing.Reader.ReadEntityAsync(key, 1, 100, CancellationToken.None);
            Assert.Equal(
                Enumerable.Range(1, 50).Select(version => (long)version),
                entries.OrderBy(entry => entry.Fence).Select(entry => entry.Version));
        }
    }

    // An uncommitted row of the same key: an insert of that key must wait for the end of this transaction.
    private Task<NpgsqlConnection> HoldAsync(EntityKey key) => Writing.BlockAsync(
        postgres.ConnectionString,
        $"""
        INSERT INTO journal (partition, org_id, entity_type, entity_id, version, operation_id, command_hash, actor_id, at, events, reply)
        VALUES (
            0, '{key.OrganisationId}', 'test', '{key.Id}', 1,
            gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now(), '[]', NULL)
        """);
}
