using Platform.Testing;
using Platform.Wallets;

namespace Platform.Grains.Tests.Wallets;

/// <summary>Expiry of holds in idle wallets.</summary>
public sealed class ExpiryUpkeepTests(EntityCluster cluster) : IClassFixture<EntityCluster>
{
    [Fact]
    public async Task Wallets_that_fail_to_expire_do_not_block_others()
    {
        var key = await cluster.OpenAsync(1_000);

        // Rows of wallets that were never opened and are due since yesterday: each of them fails every time.
        await cluster.ExecuteAsync(
            $"""
            INSERT INTO wallet (
                org_id, wallet_id, owner_id, currency, paid, promotional, held, leased, credit_limit, sequence, head, status, due_from,
                version)
            SELECT org_id, gen_random_uuid(), owner_id, currency, 0, 0, 0, 0, 0, 0, head, status, now() - interval '1 day', 1
            FROM wallet, generate_series(1, 450) WHERE wallet_id = '{key.Id}'
            """);
        var held = await cluster.Wallet(key)
            .HoldAsync(new Hold(EntityCluster.Context(key.OrganisationId), new Money(400, EntityCluster.Usd), 1, "desk", null, null));
        Assert.True(held.IsSuccess, held.Error?.Code);

        // Reads the table, because calling the wallet would use it.
        await Eventually.HoldsAsync(
            async () =>
                await cluster.QueryAsync<long>($"SELECT held FROM wallet WHERE wallet_id = '{key.Id}'") == 0, TimeSpan.FromSeconds(30),
            "the hold expired");
        Assert.Equal(1_000, (await cluster.GetAsync(key)).Available.Minor);
    }
}
