using Npgsql;
using Platform.Testing;

namespace Platform.Grains.Tests.Engine.Entities;

/// <summary>The guarantees of every entity, tested with a wallet.</summary>
public sealed class EntityTests(EntityCluster cluster) : IClassFixture<EntityCluster>
{
    [Fact]
    public async Task Acknowledged_commands_survive_a_deactivation()
    {
        var key = await cluster.OpenAsync(1000);
        await cluster.ChargeAsync(key, 250);
        var before = await cluster.GetAsync(key);
        await cluster.DeactivateAsync(key);
        Assert.Equal(before, await cluster.GetAsync(key));
        Assert.Equal(750, before.Balance.Minor);
    }

    [Fact]
    public async Task A_read_shows_nothing_that_is_not_durable_yet()
    {
        var key = await cluster.OpenAsync(1000);
        await using var blocking = new NpgsqlConnection(cluster.ConnectionString);
        await blocking.OpenAsync();
        await using (var transaction = await blocking.BeginTransactionAsync())
        {
            await using var block = new NpgsqlCommand("LOCK TABLE journal IN SHARE MODE", blocking, transaction);
            await block.ExecuteNonQueryAsync();
            var charge = cluster.ChargeAsync(key, 400);
            await Eventually.HoldsAsync(
                async () => await cluster.QueryAsync<long>(
                    """
                    SELECT count(*) FROM pg_locks
                    WHERE NOT granted AND relation = 'journal'::regclass
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """) > 0,
                TimeSpan.FromSeconds(5),
                "the charge waits to be written");
            Assert.Equal(1000, (await cluster.GetAsync(key)).Balance.Minor);
            await transaction.CommitAsync();
            Assert.True((await charge).IsSuccess);
        }

        Assert.Equal(600, (await cluster.GetAsync(key)).Balance.Minor);
    }

    [Fact]
    public async Task Exactly_as_many_parallel_charges_succeed_as_the_balance_allows()
    {
        var key = await cluster.OpenAsync(1000);
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => cluster.ChargeAsync(key, 7)));
        Assert.Equal(1000 / 7, results.Count(result => result.IsSuccess));
        Assert.All(results.Where(result => !result.IsSuccess), result => Assert.Equal("insufficient-funds", result.Error?.Code));
        Assert.Equal(1000 % 7, (await cluster.GetAsync(key)).Balance.Minor);
        var sequences = results.Where(result => result.IsSuccess).Select(result => result.Value!.Sequence).Order();
        Assert.Equal(Enumerable.Range(2, 1000 / 7).Select(n => (long)n), sequences);
    }

    [Fact]
    public async Task Fifty_identical_concurrent_requests_make_one_entry_and_fifty_equal_replies()
    {
        var key = await cluster.OpenAsync(1000);
        var operation = OperationId.FromKey("s", "k");
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cluster.ChargeAsync(key, 10, operation)));
        Assert.Single(results.Select(result => result.Value).Distinct());
        Assert.Single(results, result => !result.Replayed);
        Assert.Equal(990, (await cluster.GetAsync(key)).Balance.Minor);
    }

    [Fact]
    public async Task A_retry_gets_the_same_reply_after_a_restart_and_after_the_operation_left_memory()
    {
        var key = await cluster.OpenAsync(100_000);
        var operation = OperationId.FromKey("s", "k");
        var first = await cluster.ChargeAsync(key, 10, operation);
        foreach (var _ in Enumerable.Range(0, 100))
        {
            await cluster.ChargeAsync(key, 1);
        }

        var forgotten = await cluster.ChargeAsync(key, 10, operation);
        await cluster.DeactivateAsync(key);
        var reloaded = await cluster.ChargeAsync(key, 10, operation);
        Assert.Equal(first.Value, forgotten.Value);
        Assert.Equal(first.Value, reloaded.Value);
        Assert.True(forgotten.Replayed && reloaded.Replayed);
        Assert.Equal(100_000 - 10 - 100, (await cluster.GetAsync(key)).Balance.Minor);
    }

    [Fact]
    public async Task Commands_that_were_decided_after_an_old_operation_are_decided_again_and_none_is_lost()
    {
        var key = await cluster.OpenAsync(100_000);
        var operation = OperationId.FromKey("s", "k");
        await cluster.ChargeAsync(key, 10, operation);
        foreach (var _ in Enumerable.Range(0, 50))
        {
            await cluster.ChargeAsync(key, 1);
        }

        var mixed = Enumerable.Range(0, 60)
            .Select(i => i % 20 == 0 ? cluster.ChargeAsync(key, 10, operation) : cluster.ChargeAsync(key, 1))
            .ToList();
        var results = await Task.WhenAll(mixed);
        Assert.All(results, result => Assert.True(result.IsSuccess, result.Error?.ToString()));
        Assert.Equal(100_000 - 10 - 50 - 57, (await cluster.GetAsync(key)).Balance.Minor);
    }

    [Fact]
    public async Task The_same_operation_with_another_command_is_refused_and_changes_nothing()
    {
        var key = await cluster.OpenAsync(1000);
        var operation = OperationId.FromKey("s", "k");
        await cluster.ChargeAsync(key, 10, operation);
        Assert.Equal("operation-id-reused", (await cluster.ChargeAsync(key, 11, operation)).Error?.Code);
        await cluster.DeactivateAsync(key);
        Assert.Equal("operation-id-reused", (await cluster.ChargeAsync(key, 10, operation, "other")).Error?.Code);
        Assert.Equal(990, (await cluster.GetAsync(key)).Balance.Minor);
    }

    [Fact]
    public async Task A_refused_charge_stays_refused_after_a_deposit()
    {
        var key = await cluster.OpenAsync(5);
        var operation = OperationId.FromKey("s", "k");
        Assert.Equal("insufficient-funds", (await cluster.ChargeAsync(key, 10, operation)).Error?.Code);
        await cluster.DepositAsync(key, 1000);
        await cluster.DeactivateAsync(key);
        var again = await cluster.ChargeAsync(key, 10, operation);
        Assert.Equal(("insufficient-funds", true), (again.Error?.Code, again.Replayed));
        Assert.Equal(1005, (await cluster.GetAsync(key)).Balance.Minor);
    }

    [Fact]
    public async Task A_version_written_by_another_writer_is_detected_and_nothing_is_decided_on_stale_state()
    {
        var key = await cluster.OpenAsync(1000);
        await cluster.ExecuteAsync(
            $$"""
            INSERT INTO journal
                (partition, org_id, entity_type, entity_id, version, operation_id, command_hash, actor_id, at, events, reply)
            SELECT partition, org_id, entity_type, entity_id, 3, gen_random_uuid(), command_hash, actor_id, now(),
                   '[{"$type":"charged","transactionId":"{{Guid.Empty}}","sequence":2,"amount":900,"currency":"USD",
                      "balanceAfter":100}]',
                   '{}'
            FROM journal WHERE org_id = '{{key.OrganisationId}}' AND version = 2
            """);
        var operation = OperationId.FromKey("s", "k");
        await Assert.ThrowsAsync<Orleans.Storage.InconsistentStateException>(() => cluster.ChargeAsync(key, 500, operation));
        Assert.Equal("insufficient-funds", (await cluster.ChargeAsync(key, 500, operation)).Error?.Code);
        Assert.Equal(100, (await cluster.GetAsync(key)).Balance.Minor);
    }

    [Fact]
    public async Task The_journal_has_one_row_per_command_and_the_read_models_equal_its_fold()
    {
        var key = await cluster.OpenAsync(1000);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => cluster.ChargeAsync(key, 5)));
        var where = $"org_id = '{key.OrganisationId}'";
        Assert.Equal(42L, await cluster.QueryAsync<long>($"SELECT count(*) FROM journal WHERE {where}"));
        Assert.Equal(42L, await cluster.QueryAsync<long>($"SELECT max(version) FROM journal WHERE {where}"));
        Assert.Equal(800L, await cluster.QueryAsync<long>($"SELECT balance FROM wallet WHERE {where}"));
        Assert.Equal(42L, await cluster.QueryAsync<long>($"SELECT version FROM wallet WHERE {where}"));
        Assert.Equal(
            800L,
            await cluster.QueryAsync<long>(
                $"SELECT sum(CASE type WHEN 0 THEN amount ELSE -amount END)::bigint FROM wallet_transaction WHERE {where}"));
        Assert.Equal(41L, await cluster.QueryAsync<long>($"SELECT max(sequence) FROM wallet_transaction WHERE {where}"));
    }
}
