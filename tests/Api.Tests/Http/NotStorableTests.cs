using Npgsql;

namespace Platform.Api.Tests.Http;

/// <summary>A command that the database rejects gives a 500, and its key can be used again.</summary>
[Collection(ApiCollection.Name)]
public sealed class NotStorableTests(ApiFixture api)
{
    [Fact]
    public async Task A_command_that_the_database_rejects_is_500_and_its_key_succeeds_after_the_fix()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("100")).Is(201);
        await ExecuteAsync("ALTER TABLE wallet_transaction ADD CONSTRAINT by_mistake CHECK (reason <> 'what the store refuses')");
        var key = Account.NewKey();
        try
        {
            (await account.ChargeAsync("5", key, "what the store refuses")).IsProblem(500, "command-not-storable");
            (await account.ChargeAsync("1")).Is(201);
        }
        finally
        {
            await ExecuteAsync("ALTER TABLE wallet_transaction DROP CONSTRAINT by_mistake");
        }

        Assert.Contains("by_mistake", api.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("what the store refuses", api.Log, StringComparison.Ordinal);
        (await account.ChargeAsync("5", key, "what the store refuses")).Is(201);
        Assert.Equal("true", (await account.ChargeAsync("5", key, "what the store refuses")).Is(201).Header("Idempotency-Replayed"));
        Assert.Equal("94.00", await account.BalanceAsync());
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(api.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
