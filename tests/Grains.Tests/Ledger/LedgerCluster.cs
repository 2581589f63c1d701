using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Storage.Ledger;
using Platform.Wallets;

namespace Platform.Grains.Tests.Ledger;

/// <summary>Wallets on a silo without a background self-check, with access to tamper with the database as its owner.</summary>
public sealed class LedgerCluster : EntityCluster
{
    public SelfCheck SelfCheck => Silos[0].Services.GetRequiredService<SelfCheck>();

    public Checkpoints Checkpoints => Silos[0].Services.GetRequiredService<Checkpoints>();

    public AlertTable Alerts => Silos[0].Services.GetRequiredService<AlertTable>();

    public CheckpointTable Table => Silos[0].Services.GetRequiredService<CheckpointTable>();

    /// <summary>Runs SQL with the triggers of a table disabled.</summary>
    public Task TamperAsync(string table, string sql) => ExecuteAsync(
        $"ALTER TABLE {table} DISABLE TRIGGER USER; {sql}; ALTER TABLE {table} ENABLE TRIGGER USER;");

    /// <summary>Opens a wallet with a deposit of 1000.00 and a number of charges of 0.01.</summary>
    public async Task<EntityKey> OpenWithChargesAsync(int charges, Guid? organisation = null)
    {
        var key = await OpenAsync(100_000, organisation);
        for (var i = 0; i < charges; i++)
        {
            Assert.True((await ChargeAsync(key, 1)).IsSuccess);
        }

        return key;
    }

    public async Task<WalletStatus> StatusAsync(EntityKey key) => (await GetAsync(key)).Status;

    protected override void Configure(IHostApplicationBuilder host) =>
        host.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Ledger:CheckedPerSecond"] = "0" });
}
