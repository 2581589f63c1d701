using Platform.Grains.Engine.Journal;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Journal;

/// <summary>How the writer handles commands while the store works.</summary>
public sealed class GroupCommitTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Commands_that_wait_together_share_a_transaction()
    {
        await using var writing = new Writing(postgres.ConnectionString);
        var org = Writing.NewEntity().OrganisationId;
        var blocking = await Writing.BlockAsync(postgres.ConnectionString);
        var appends = Enumerable.Range(0, 200).Select(_ => Writing.Accept(Writing.NewEntity() with { OrganisationId = org }, 1)).ToArray();
        var written = writing.AppendAllAsync(appends);
        await Writing.ReleaseAsync(blocking);
        Assert.All(await written, outcome => Assert.Equal(AppendResult.Committed, outcome.Result));
        Assert.InRange(await writing.CountAsync($"SELECT count(DISTINCT xid) FROM journal WHERE org_id = '{org}'"), 1, 3);
        Assert.Equal(200, await writing.CountAsync($"SELECT count(*) FROM journal WHERE org_id = '{org}'"));
    }

    [Fact]
    public async Task Versions_of_one_entity_are_written_in_order_without_a_gap()
    {
        await using var writing = new Writing(postgres.ConnectionString);
        var (key, chain) = (Writing.NewEntity(), new AppendChain());
        await writing.AppendAllAsync(Enumerable.Range(1, 500).Select(version => Writing.Accept(key, version, chain)));
        var entries = await writing.Reader.ReadEntityAsync(key, 1, 1000, CancellationToken.None);
        Assert.Equal(Enumerable.Range(1, 500).Select(version => (long)version), entries.Select(entry => entry.Version));
        Assert.Equal(entries.OrderBy(entry => entry.Fence).Select(entry => entry.Version), entries.Select(entry => entry.Version));
    }

    [Fact]
    public async Task A_repeated_operation_is_not_written_again_and_has_its_stored_reply()
    {
        await using var writing = new Writing(postgres.ConnectionString);
        var (key, operation) = (Writing.NewEntity(), OperationId.FromKey("s", "k"));
        await writing.Writer.AppendAsync(Writing.Accept(key, 1, operation: operation, reply: """{"first":1}"""));
        var again = await writing.Writer.AppendAsync(Writing.Accept(key, 2, operation: operation, reply: """{"second":2}"""));
        Assert.Equal(AppendResult.Duplicate, again.Result);
        Assert.Equal("""{"first":1}""", again.Stored?.Reply);
        Assert.Single(await writing.Reader.ReadEntityAsync(key, 1, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Commands_decided_after_a_repeated_operation_are_not_written_and_others_in_the_batch_are()
    {
        await using var writing = new Writing(postgres.ConnectionString);
        var (key, other, chain, operation) = (Writing.NewEntity(), Writing.NewEntity(), new AppendChain(), OperationId.FromKey("s", "k"));
        await writing.Writer.AppendAsync(Writing.Accept(key, 1, operation: operation));
        var blocking = await Writing.BlockAsync(postgres.ConnectionString);
        var first = writing.Writer.AppendAsync(Writing.Accept(Writing.NewEntity(), 1));
        var outcomes = writing.AppendAllAsync(
            Writing.Accept(key, 2, chain, operation),
            Writing.Accept(key, 3, chain),
            Writing.Accept(key, 4, chain),
            Writing.Accept(other, 1));
        await Writing.ReleaseAsync(blocking);
        await first;
        Assert.Equal(
            [AppendResult.Duplicate, AppendResult.Superseded, AppendResult.Superseded, AppendResult.Committed],
            (await outcomes).Select(outcome => outcome.Result));
        Assert.Single(await writing.Reader.ReadEntityAsync(key, 1, 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_version_that_another_writer_has_is_a_conflict_and_later_ones_are_superseded()
    {
        await using var writing = new Writing(postgres.ConnectionString);
        await using var other = new Writing(postgres.ConnectionString);
        var (key, chain) = (Writing.NewEntity(), new AppendChain());
        await other.Writer.AppendAsync(Writing.Accept(key, 1));
        var outcomes = await writing.AppendAllAsync(
            Writing.Accept(key, 1, chain), Writing.Accept(key, 2, chain), Writing.Accept(key, 3, chain));
        Assert.Equal(AppendResult.Conflict, outcomes[0].Result);
        Assert.All(outcomes[1..], outcome => Assert.Equal(AppendResult.Superseded, outcome.Result));
        Assert.Single(await writing.Reader.ReadEntityAsync(key, 1, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Two_writers_that_race_for_one_entity_leave_one_row_per_version()
    {
        await using var one = new Writing(postgres.ConnectionString);
        await using var two = new Writing(postgres.ConnectionString);
        var key = Writing.NewEntity();
        var committed = 0;
        foreach (var version in Enumerable.Range(1, 50))
        {
            var outcomes = await Task.WhenAll(
                one.Writer.AppendAsync(Writing.Accept(key, version)), two.Writer.AppendAsync(Writing.Accept(key, version)));
            Assert.Single(outcomes, outcome => outcome.Result == AppendResult.Committed);
            Assert.Single(outcomes, outcome => outcome.Result == AppendResult.Conflict);
            committed++;
        }

        Assert.Equal(committed, (await one.Reader.ReadEntityAsync(key, 1, 100, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_refusal_is_remembered_and_the_operation_cannot_be_accepted_later()
    {
        await using var writing = new Writing(postgres.ConnectionString);
        var (key, operation) = (Writing.NewEntity(), OperationId.FromKey("s", "k"));
        await writing.Writer.AppendAsync(Writing.Accept(key, 1));
        Assert.Equal(AppendResult.Committed, (await writing.Writer.AppendAsync(Writing.Refuse(key, 1, operation))).Result);
        var later = await writing.Writer.AppendAsync(Writing.Accept(key, 2, operation: operation));
        Assert.Equal((AppendResult.Duplicate, true), (later.Result, later.Stored?.Refused));
        Assert.Equal(AppendResult.Duplicate, (await writing.Writer.AppendAsync(Writing.Refuse(key, 1, operation))).Result);
    }

    [Fact]
    public async Task An_operation_that_was_accepted_cannot_be_refused_later()
    {
        await using var writing = new Writing(postgres.ConnectionString);
        var (key, operation) = (Writing.NewEntity(), OperationId.FromKey("s", "k"));
        await writing.Writer.AppendAsync(Writing.Accept(key, 1, operation: operation));
        var refused = await writing.Writer.AppendAsync(Writing.Refuse(key, 1, operation));
        Assert.Equal((AppendResult.Duplicate, false), (refused.Result, refused.Stored?.Refused));
    }

    [Fact]
    public async Task A_refusal_that_was_decided_on_an_old_version_is_a_conflict()
    {
        await using var writing = new Writing(postgres.ConnectionString);
        var (key, operation) = (Writing.NewEntity(), OperationId.FromKey("s", "k"));
        await writing.AppendAllAsync(Writing.Accept(key, 1), Writing.Accept(key, 2));
        Assert.Equal(AppendResult.Conflict, (await writing.Writer.AppendAsync(Writing.Refuse(key, 1, operation))).Result);
        Assert.Equal(0, await writing.CountAsync($"SELECT count(*) FROM refusal WHERE org_id = '{key.OrganisationId}'"));
    }

    [Fact]
    public async Task A_refusal_can_be_written_between_accepted_commands_of_the_same_batch()
    {
        await using var writing = new Writing(postgres.ConnectionString);
        var (key, chain) = (Writing.NewEntity(), new AppendChain());
        var blocking = await Writing.BlockAsync(postgres.ConnectionString);
        var first = writing.Writer.AppendAsync(Writing.Accept(Writing.NewEntity(), 1));
        var outcomes = writing.AppendAllAsync(
            Writing.Accept(key, 1, chain), Writing.Refuse(key, 1, OperationId.FromKey("s", "k"), chain), Writing.Accept(key, 2, chain));
        await Writing.ReleaseAsync(blocking);
        await first;
        Assert.All(await outcomes, outcome => Assert.Equal(AppendResult.Committed, outcome.Result));
    }

    [Theory]
    [InlineData("""["a"],""")]
    [InlineData("not json")]
    public async Task A_payload_that_the_store_refuses_fails_alone(string events)
    {
        await using var writing = new Writing(postgres.ConnectionString);
        var (key, chain) = (Writing.NewEntity(), new AppendChain());
        var blocking = await Writing.BlockAsync(postgres.ConnectionString);
        var first = writing.Writer.AppendAsync(Writing.Accept(Writing.NewEntity(), 1));
        var others = writing.AppendAllAsync(Enumerable.Range(0, 40).Select(_ => Writing.Accept(Writing.NewEntity(), 1)));
        var bad = writing.AppendAllAsync(Writing.Accept(key, 1, chain, events: events), Writing.Accept(key, 2, chain));
        await Writing.ReleaseAsync(blocking);
        await first;
        Assert.All(await others, outcome => Assert.Equal(AppendResult.Committed, outcome.Result));
        Assert.Equal([AppendResult.Rejected, AppendResult.Superseded], (await bad).Select(outcome => outcome.Result));
        Assert.Empty(await writing.Reader.ReadEntityAsync(key, 1, 10, CancellationToken.None));
    }

    [Fact]
    public async Task An_oversized_payload_is_refused_before_it_is_queued()
    {
        await using var writing = new Writing(postgres.ConnectionString, options => options.MaxAppendBytes = 100);
        var outcome = writing.Writer.AppendAsync(Writing.Accept(Writing.NewEntity(), 1, events: $"[\"{new string('x', 200)}\"]"));
        Assert.True(outcome.IsCompleted);
        Assert.Equal(new AppendOutcome(AppendResult.TooLarge, Limit: 100), await outcome);
    }

    [Fact]
    public async Task A_full_queue_sheds_load_at_once_and_writes_what_it_accepted()
    {
        await using var writing = new Writing(postgres.ConnectionString, options => options.MaxQueued = 20);
        var blocking = await Writing.BlockAsync(postgres.ConnectionString);
        var first = writing.Writer.AppendAsync(Writing.Accept(Writing.NewEntity(), 1));
        await Eventually.HoldsAsync(() => writing.Writer.Queued == 0, TimeSpan.FromSeconds(5), "the first command is being written");
        var outcomes = Enumerable.Range(0, 30).Select(_ => writing.Writer.AppendAsync(Writing.Accept(Writing.NewEntity(), 1))).ToArray();
        Assert.Equal(10, outcomes.Count(outcome => outcome.IsCompleted && outcome.Result.Result == AppendResult.Overloaded));
        await Writing.ReleaseAsync(blocking);
        await first;
        Assert.Equal(20, (await Task.WhenAll(outcomes)).Count(outcome => outcome.Result == AppendResult.Committed));
    }

    [Fact]
    public async Task A_stopping_writer_first_writes_what_is_queued()
    {
        await using var check = new Writing(postgres.ConnectionString);
        var key = Writing.NewEntity();
        Task<AppendOutcome[]> outcomes;
        await using (var writing = new Writing(postgres.ConnectionString))
        {
            var chain = new AppendChain();
            outcomes = writing.AppendAllAsync(Enumerable.Range(1, 300).Select(version => Writing.Accept(key, version, chain)));
        }

        Assert.True(outcomes.IsCompleted);
        Assert.Equal(300, (await check.Reader.ReadEntityAsync(key, 1, 1000, CancellationToken.None)).Count);
    }
}
