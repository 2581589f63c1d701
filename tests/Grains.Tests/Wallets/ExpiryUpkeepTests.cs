using Platform.Testing;
using Platform.Wallets;

namespace Platform.Grains.Tests.Wallets;

/// <summary>What expires at wallets that nobody uses.</summary>
public sealed class ExpiryUpkeepTests(EntityCluster cluster) : IClassFixture<EntityCluster>
{
    [Fact]
    public async Task Wallets_that_cannot_be_expired_keep_no_other_waiting()
    {
        var key = await cluster.OpenAsync(1_000);

        // Rows of wallets that were never opened, and due for a day: each is refused, each time.
        await cluster.ExecuteAsync(
            $"""
            INSERT INTO wallet (org_id, wallet_id, owner_id, currency, paid, promotional, held, leased, credit_limit, sequence, head, status, due_from, version)
            SELECT org_id, gen_random_uuid(), owner_id, currency, 0, 0, 0, 0, 0, 0, head, status, now() - interval '1 day', 1
            FROM wallet, generate_series(1, 450) WHERE wallet_id = '{key.Id}'
            """);
        var held = await cluster.Wallet(key).HoldAsync(new Hold(EntityCluster.Context(key.OrganisationId), new Money(400, EntityCluster.Usd), 1, "desk", null, null));
        Assert.True(held.IsSuccess, held.Error?.Code);

        // In the table: to ask the wallet is to use it.
        await Eventually.HoldsAsync(
            async () => await cluster.QueryAsync<long>($"SELECT held FROM wallet WHERE wallet_id = '{key.Id}'") == 0, TimeSpan.FromSeconds(30), "the hold expired");
        Assert.Equal(1_000, (await cluster.GetAsync(key)).Available.Minor);
    }
}
