using Npgsql;
using Platform.Testing;
using Platform.Wallets;

namespace Platform.Grains.Tests.Fixtures;

/// <summary>One silo and a client, with helpers for wallets.</summary>
public class EntityCluster : ClusterFixture
{
    public static readonly Currency Usd = Currency.Parse("USD");

    public static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    public static CommandContext Context(Guid org, OperationId? operation = null) =>
        new(org, org, operation ?? OperationId.Fresh(TimeProvider.System));

    public IWalletGrain Wallet(EntityKey key)
    {
        Caller.Set(key.OrganisationId);
        return Client.GetGrain<IWalletGrain>(key.ToString());
    }

    /// <summary>Opens a wallet of a new organisation with this balance.</summary>
    public async Task<EntityKey> OpenAsync(long cents = 0, Guid? organisation = null)
    {
        var key = new EntityKey(organisation ?? NewId(), NewId());
        Assert.True((await Wallet(key).OpenAsync(new OpenWallet(Context(key.OrganisationId), key.OrganisationId, "USD"))).IsSuccess);
        if (cents > 0)
        {
            await DepositAsync(key, cents);
        }

        return key;
    }

    public async Task<Result<WalletTransaction>> DepositAsync(EntityKey key, long cents) =>
        await Wallet(key).DepositAsync(new Deposit(Context(key.OrganisationId), new Money(cents, Usd), "top-up", null));

    public Task<Result<WalletTransaction>> ChargeAsync(
        EntityKey key, long cents, OperationId? operation = null, string reason = "report") =>
        Wallet(key).ChargeAsync(new Charge(Context(key.OrganisationId, operation), new Money(cents, Usd), reason, null, null));

    public async Task<WalletView> GetAsync(EntityKey key) => (await Wallet(key).GetAsync()).Value!;

    /// <summary>Ends the activation, so that the next call loads the entity again.</summary>
    public async Task DeactivateAsync(EntityKey key)
    {
        Caller.Set(key.OrganisationId);
        var management = Client.GetGrain<IManagementGrain>(0);
        await Eventually.HoldsAsync(
            async () =>
            {
                await management.ForceActivationCollection(TimeSpan.Zero); // Skips busy activations.
                return !(await management.GetDetailedGrainStatistics()).Any(grain => grain.GrainId.Key.ToString() == key.ToString());
            },
            TimeSpan.FromSeconds(20),
            "the activation is gone");
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
