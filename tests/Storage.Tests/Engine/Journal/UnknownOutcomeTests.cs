using System.Diagnostics;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.Journal;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Journal;

/// <summary>How the writer handles a lost answer or an outage of the store.</summary>
public sealed class UnknownOutcomeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_found_and_not_repeated()
    {
        await using var proxy = new FlakyProxy(postgres.ConnectionString);
        await using var writing = new Writing(proxy.ConnectionString);
        foreach (var _ in Enumerable.Range(0, 10))
        {
            var (key, chain) = (Writing.NewEntity(), new AppendChain());
            proxy.LoseNextAnswer("journal_append");
            var outcomes = await writing.AppendAllAsync(Enumerable.Range(1, 5).Select(version => Writing.Accept(key, version, chain)));
            Assert.All(outcomes, outcome => Assert.Equal(AppendResult.Committed, outcome.Result));
            var entries = await writing.Reader.ReadEntityAsync(key, 1, 10, CancellationToken.None);
            Assert.Equal([1L, 2, 3, 4, 5], entries.Select(entry => entry.Version));
        }
    }

    [Fact]
    public async Task A_request_that_is_lost_is_sent_again()
    {
        await using var proxy = new FlakyProxy(postgres.ConnectionString);
        await using var writing = new Writing(proxy.ConnectionString);
        var key = Writing.NewEntity();
        proxy.LoseNextRequest("journal_append");
        Assert.Equal(AppendResult.Committed, (await writing.Writer.AppendAsync(Writing.Accept(key, 1))).Result);
        Assert.Single(await writing.Reader.ReadEntityAsync(key, 1, 10, CancellationToken.None));
    }

    /// <summary>The lane keeps its connection. If it broke while idle, the driver's error must not count against the command.</summary>
    [Fact]
    public async Task The_first_command_after_an_outage_during_an_idle_phase_is_written()
    {
        await using var proxy = new FlakyProxy(postgres.ConnectionString);
        await using var writing = new Writing(proxy.ConnectionString);
        var (key, chain) = (Writing.NewEntity(), new AppendChain());
        await writing.Writer.AppendAsync(Writing.Accept(key, 1, chain));
        proxy.Down();
        await Eventually.HoldsAsync(
            () => writing.Writer.SinceLastAnswer > TimeSpan.FromSeconds(7),
            TimeSpan.FromSeconds(20),
            "the driver has checked its idle connections");
        proxy.Up();
        Assert.Equal(AppendResult.Committed, (await writing.Writer.AppendAsync(Writing.Accept(key, 2, chain))).Result);
    }

    [Fact]
    public async Task While_an_outcome_is_unknown_the_writer_is_uncertain()
    {
        await using var proxy = new FlakyProxy(postgres.ConnectionString);
        await using var writing = new Writing(proxy.ConnectionString);
        var key = Writing.NewEntity();
        var blocking = await Writing.BlockAsync(postgres.ConnectionString);
        var append = writing.Writer.AppendAsync(Writing.Accept(key, 1));
        await WaitForLockAsync(writing);
        Assert.False(writing.Writer.IsUncertain);
        proxy.Down();
        await Eventually.HoldsAsync(() => writing.Writer.IsUncertain, TimeSpan.FromSeconds(5), "the writer notices the lost answer");
        Assert.False(append.IsCompleted);
        proxy.Up();
        await blocking.DisposeAsync();
        Assert.Equal(AppendResult.Committed, (await append).Result);
        Assert.False(writing.Writer.IsUncertain);
        Assert.Single(await writing.Reader.ReadEntityAsync(key, 1, 10, CancellationToken.None));
    }

    [Fact]
    public async Task After_a_bounded_time_the_writer_reports_an_unknown_outcome()
    {
        await using var proxy = new FlakyProxy(postgres.ConnectionString);
        await using var writing = new Writing(proxy.ConnectionString, options => options.MaxUncertainty = TimeSpan.FromMilliseconds(300));
        await writing.Writer.AppendAsync(Writing.Accept(Writing.NewEntity(), 1));
        var blocking = await Writing.BlockAsync(postgres.ConnectionString);
        var (key, chain) = (Writing.NewEntity(), new AppendChain());
        var append = writing.Writer.AppendAsync(Writing.Accept(key, 1, chain));
        await WaitForLockAsync(writing);
        proxy.Down();
        Assert.Equal(AppendResult.Unknown, (await append).Result);
        Assert.Equal(AppendResult.Superseded, (await writing.Writer.AppendAsync(Writing.Accept(key, 2, chain))).Result);
        await blocking.DisposeAsync();
    }

    [Fact]
    public async Task While_the_store_is_down_commands_are_refused_in_bounded_time_and_succeed_when_it_is_back()
    {
        await using var proxy = new FlakyProxy(postgres.ConnectionString);
        await using var writing = new Writing(proxy.ConnectionString, options => options.MaxAge = TimeSpan.FromMilliseconds(500));
        proxy.Down();
        var key = Writing.NewEntity();
        var began = Stopwatch.GetTimestamp();
        var outcomes = await writing.AppendAllAsync(Enumerable.Range(0, 50).Select(_ => Writing.Accept(Writing.NewEntity(), 1)));
        Assert.All(outcomes, outcome => Assert.Equal(AppendResult.Overloaded, outcome.Result));
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5));
        proxy.Up();
        began = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync(
            async () => (await writing.Writer.AppendAsync(Writing.Accept(key, 1, operation: OperationId.FromKey("s", "k")))).Result
                is AppendResult.Committed or AppendResult.Duplicate,
            TimeSpan.FromSeconds(5),
            "commands succeed again");
        Assert.Single(await writing.Reader.ReadEntityAsync(key, 1, 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_silo_that_the_cluster_has_declared_dead_cannot_write()
    {
        var silo = new SiloIdentity("fence-test", "127.0.0.1", 11111, 42);
        await using var writing = new Writing(postgres.ConnectionString, silo: silo);
        Assert.Equal(AppendResult.Committed, (await writing.Writer.AppendAsync(Writing.Accept(Writing.NewEntity(), 1))).Result);
        await writing.ExecuteAsync(
            """
            INSERT INTO OrleansMembershipVersionTable (DeploymentId, Timestamp, Version) VALUES ('fence-test', now(), 0);
            INSERT INTO OrleansMembershipTable
                (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
            VALUES ('fence-test', '127.0.0.1', 11111, 42, 's', 'h', 6, 0, now(), now());
            """);
        var key = Writing.NewEntity();
        Assert.Equal(AppendResult.Unknown, (await writing.Writer.AppendAsync(Writing.Accept(key, 1))).Result);
        Assert.Contains("dead", await writing.DeclaredDead.Task.WaitAsync(TimeSpan.FromSeconds(5)), StringComparison.Ordinal);
        Assert.Empty(await writing.Reader.ReadEntityAsync(key, 1, 10, CancellationToken.None));
    }

    [Fact]
    public async Task An_idle_writer_keeps_contact_with_the_store()
    {
        await using var writing = new Writing(postgres.ConnectionString);
        var longest = TimeSpan.Zero;
        var began = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync(
            () =>
            {
                longest = writing.Writer.SinceLastAnswer > longest ? writing.Writer.SinceLastAnswer : longest;
                return Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(4);
            },
            TimeSpan.FromSeconds(10),
            "four idle seconds have passed");
        Assert.InRange(longest, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(3.5));
    }

    private static Task WaitForLockAsync(Writing writing)
    {
        const string sql =
            """
            SELECT count(*) FROM pg_locks
            WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """;
        return Eventually.HoldsAsync(
            async () => await writing.CountAsync(sql) > 0, TimeSpan.FromSeconds(5), "the append waits for the lock");
    }
}
