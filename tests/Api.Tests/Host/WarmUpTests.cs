using Npgsql;
using Platform.Api.Tests.Faults;
using Platform.Testing;

namespace Platform.Api.Tests.Host;

/// <summary>Warming up leaves no trace in the database.</summary>
public sealed class WarmUpTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Warming_up_leaves_no_row_anywhere()
    {
        await using (var first = await Launch.SingleAsync(postgres.ConnectionString))
        {
            Assert.DoesNotContain("warm-up failed", first.Log, StringComparison.Ordinal);
        }

        Assert.Equal(0, await CountAsync("wallet_transaction"));
        Assert.Equal(0, await CountAsync("refusal"));
        string[] tables = ["journal", "audit_log", "wallet", "hold", "activity", "user_account", "organisation"];
        var before = await Task.WhenAll(tables.Select(CountAsync));

        await using (var second = await Launch.SingleAsync(postgres.ConnectionString))
        {
            Assert.DoesNotContain("warm-up failed", second.Log, StringComparison.Ordinal);
        }

        Assert.Equal(before, await Task.WhenAll(tables.Select(CountAsync)));
        Assert.Equal(0, await CountAsync("wallet_transaction"));
        Assert.Equal(0, await CountAsync("refusal"));
    }

    private async Task<long> CountAsync(string table)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
