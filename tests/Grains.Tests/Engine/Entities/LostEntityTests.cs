using System.Text.Json;
using Orleans.Storage;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Wallets;

namespace Platform.Grains.Tests.Engine.Entities;

/// <summary>An activation that finds that another one has written its entity: its callers must ask the next one.</summary>
public sealed class LostEntityTests(EntityCluster cluster) : IClassFixture<EntityCluster>
{
    [Fact]
    public async Task All_callers_of_an_activation_that_lost_its_entity_are_told_to_repeat_and_each_command_takes_place_once()
    {
        var key = await cluster.OpenAsync(1000);
        await WriteBehindItsBackAsync(key, version: 3);
        var told = 0;
        var charged = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            var operation = OperationId.Fresh(TimeProvider.System);
            for (var began = TimeProvider.System.GetTimestamp(); ;)
            {
                try
                {
                    return await cluster.ChargeAsync(key, 1, operation);
                }
                catch (InconsistentStateException) when (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20))
                {
                    Interlocked.Increment(ref told); // As the API does; it repeats nothing else.
                    await Task.Delay(50);
                }
            }
        }));

        Assert.True(told > 1, $"{told} callers were told.");
        Assert.All(charged, charge => Assert.True(charge.IsSuccess, charge.Error?.Message));
        Assert.Equal(1000 - 5 - 40, (await cluster.GetAsync(key)).Balance.Minor);
    }

    private Task WriteBehindItsBackAsync(EntityKey key, long version)
    {
        var events = JsonSerializer.Serialize<WalletEvent[]>([new Charged
        {
            TransactionId = EntityCluster.NewId(), Sequence = 2, Amount = 5, Currency = "USD", BalanceAfter = 995, Reason = "report",
        }], JournalJson.Options);
        return cluster.ExecuteAsync(
            $"""
            INSERT INTO journal (
                partition, org_id, entity_type, entity_id, version, operation_id, command_hash, actor_id, at, events, reply)
            VALUES (
                {JournalPartition.Of(key.OrganisationId)}, '{key.OrganisationId}', 'wallet', '{key.Id}', {version},
                gen_random_uuid(), gen_random_uuid(), '{key.OrganisationId}', now(), '{events}', NULL)
            """);
    }
}
