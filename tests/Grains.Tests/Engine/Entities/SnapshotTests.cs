using Platform.Testing;

namespace Platform.Grains.Tests.Engine.Entities;

/// <summary>Snapshots are disposable: without them only speed changes.</summary>
public sealed class SnapshotTests(EntityCluster cluster) : IClassFixture<EntityCluster>
{
    private const int Charges = 1_200;

    [Fact]
    public async Task A_snapshot_is_used_and_saves_reading_the_journal()
    {
        var key = await BusyWalletAsync();
        Assert.True(await SnapshotVersionAsync(key) >= Charges / 2);

        // Without the snapshot the wallet could not be loaded: version 1 opens it.
        await Tampering.ExecuteAsync(
            cluster.ConnectionString, "journal", $"DELETE FROM journal WHERE org_id = '{key.OrganisationId}' AND version = 1");
        await cluster.DeactivateAsync(key);
        Assert.Equal(1_000_000 - Charges, (await cluster.GetAsync(key)).Balance.Minor);
    }

    [Theory]
    [InlineData("DELETE FROM orleansstorage")]
    [InlineData("UPDATE orleansstorage SET payloadbinary = '\\x00ff'")]
    [InlineData("UPDATE orleansstorage SET payloadbinary = convert_to('null', 'UTF8')")]
    [InlineData("UPDATE orleansstorage SET payloadbinary = convert_to('{\"version\":999999,\"schema\":1,\"state\":{}}', 'UTF8')")]
    [InlineData("UPDATE orleansstorage SET payloadbinary = convert_to('{\"version\":600,\"schema\":0,\"state\":{\"balance\":1}}', 'UTF8')")]
    // Of an earlier build that chose the number by hand.
    [InlineData("UPDATE orleansstorage SET payloadbinary = convert_to('{\"version\":600,\"schema\":2,\"state\":{\"balance\":1}}', 'UTF8')")]
    public async Task Without_a_usable_snapshot_the_state_is_the_same(string damage)
    {
        var key = await BusyWalletAsync();
        var before = await cluster.GetAsync(key);
        await cluster.DeactivateAsync(key);
        await cluster.ExecuteAsync(damage);
        Assert.Equal(before, await cluster.GetAsync(key));
        Assert.Equal(before.Version + 1, (await cluster.ChargeAsync(key, 1)).Value!.Sequence + 1);
    }

    private async Task<EntityKey> BusyWalletAsync()
    {
        var key = await cluster.OpenAsync(1_000_000);
        foreach (var some in Enumerable.Range(0, Charges).Chunk(400))
        {
            await Task.WhenAll(some.Select(_ => cluster.ChargeAsync(key, 1)));
        }

        await cluster.DeactivateAsync(key);
        return key;
    }

    private async Task<long> SnapshotVersionAsync(EntityKey key) => await cluster.QueryAsync<long>(
        $"""
        SELECT (convert_from(payloadbinary, 'UTF8')::json ->> 'version')::bigint FROM orleansstorage
        WHERE graintypestring LIKE '%wallet%' AND grainidextensionstring LIKE '%{key.Id:N}%'
        """);
}
