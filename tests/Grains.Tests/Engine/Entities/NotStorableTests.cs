using Platform.Wallets;

namespace Platform.Grains.Tests.Engine.Entities;

/// <summary>
/// A command that the store rejects is a bug of the platform: it is reported as one, affects no other command, and its key can be used
/// again.
/// </summary>
public sealed class NotStorableTests(NarrowCluster cluster) : IClassFixture<NarrowCluster>
{
    private const string Constraint =
        "ALTER TABLE wallet_transaction DROP CONSTRAINT IF EXISTS by_mistake; " +
        "ALTER TABLE wallet_transaction ADD CONSTRAINT by_mistake CHECK (reason <> 'unstorable') NOT VALID";

    [Fact]
    public async Task A_row_that_a_check_rejects_is_reported_as_a_failure_and_the_entity_continues()
    {
        await cluster.ExecuteAsync(Constraint);
        var key = await cluster.OpenAsync(1000);
        var other = await cluster.OpenAsync(1000);
        var metadata = Enumerable.Range(0, 20).ToDictionary(i => $"k{i}", _ => new string('x', 500));
        var results = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => (i % 6) switch
        {
            0 => cluster.ChargeAsync(key, 1, reason: "unstorable"),
            1 => cluster.Wallet(key).ChargeAsync(
                new Charge(EntityCluster.Context(key.OrganisationId), new Money(1, EntityCluster.Usd), "large", null, metadata)),
            2 => cluster.ChargeAsync(other, 1),
            _ => cluster.ChargeAsync(key, 1),
        }));

        Assert.Equal(10, results.Count(result => result.Error is { Kind: ErrorKind.Failed, Code: "command-not-storable" }));
        var large = results.Where(result => result.Error is { Kind: ErrorKind.Invalid, Code: "command-too-large" }).ToList();
        Assert.Equal(10, large.Count);
        Assert.All(large, result => Assert.Contains("4096 bytes", result.Error!.Message, StringComparison.Ordinal));
        Assert.Equal(40, results.Count(result => result.IsSuccess));
        Assert.Equal((1000 - 30, 32), ((await cluster.GetAsync(key)).Balance.Minor, (await cluster.GetAsync(key)).Version));
        Assert.Equal(1000 - 10, (await cluster.GetAsync(other)).Balance.Minor);

        Assert.Equal(1000 - 31, (await cluster.ChargeAsync(key, 1)).Value?.BalanceAfter.Minor);
        await cluster.DeactivateAsync(key);
        Assert.Equal((1000 - 31, 33), ((await cluster.GetAsync(key)).Balance.Minor, (await cluster.GetAsync(key)).Version));
    }

    [Fact]
    public async Task The_same_key_is_decided_again_and_succeeds_once_after_the_bug_is_fixed()
    {
        await cluster.ExecuteAsync(Constraint);
        var key = await cluster.OpenAsync(1000);
        var operation = OperationId.Fresh(TimeProvider.System);
        for (var i = 0; i < 2; i++)
        {
            var failed = await cluster.ChargeAsync(key, 5, operation, "unstorable");
            Assert.Equal(("command-not-storable", false), (failed.Error?.Code, failed.Replayed));
        }

        Assert.Equal(0L, await cluster.QueryAsync<long>($"SELECT count(*) FROM journal WHERE operation_id = '{operation.Value}'"));
        Assert.Equal(0L, await cluster.QueryAsync<long>($"SELECT count(*) FROM refusal WHERE operation_id = '{operation.Value}'"));

        await cluster.ExecuteAsync("ALTER TABLE wallet_transaction DROP CONSTRAINT by_mistake");
        var first = await cluster.ChargeAsync(key, 5, operation, "unstorable");
        var again = await cluster.ChargeAsync(key, 5, operation, "unstorable");
        Assert.Equal((995, false), (first.Value?.BalanceAfter.Minor, first.Replayed));
        Assert.Equal((995, true), (again.Value?.BalanceAfter.Minor, again.Replayed));
        Assert.Equal(995, (await cluster.GetAsync(key)).Balance.Minor);
    }
}
