using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Platform.Api.Tests.Faults;
using Platform.Testing;

namespace Platform.Api.Tests.Upgrades;

/// <summary>
/// Starts this build on the data of an older one. Build 1e39ce2, the first on Orleans 10.4.2, wrote the data with --demo and more requests:
/// charges, a refused one, holds, a refund, a budget, a dealer, roles, activities. The dump was made with pg_dump --inserts --no-owner
/// --no-privileges after the process had stopped.
/// </summary>
public sealed class UpgradeTests
{
    private const string Dump = "2026-11-28-1e39ce2.sql.gz";
    private const string Wallet = "/api/v1/wallets/00000000-0000-7749-b96f-36079702b527";

    /// <summary>The secret key of that installation, and the setting for a dump that is restored on another server.</summary>
    private static readonly (string, string)[] Settings =
    [
        ("Secrets:Keys:0:Id", "20261128-74d838a9"),
        ("Secrets:Keys:0:Value", "2NSqEviM/4dhhcKw8VhRTKhToLuAF9e5O6UfTmhE8D0="),
        ("Platform:AfterRestore", "true"),
    ];

    [Fact]
    public async Task This_build_continues_with_the_data_of_an_older_build()
    {
        var postgres = new PostgresFixture();
        await postgres.InitializeAsync();
        try
        {
            await RestoreAsync(postgres.ConnectionString);
            await using var platform = await Launch.SingleAsync(postgres.ConnectionString, null, Settings);
            using var http = new HttpClient { BaseAddress = platform.Address };
            var login = await http.PostAsJsonAsync(
                "/api/v1/auth/login", new { email = "olga@old.example", password = "correct horse battery" });
            var token = JsonNode.Parse(await login.Content.ReadAsStringAsync())!["tokens"]!["accessToken"]!.GetValue<string>();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

            Assert.Equal("393.00", await BalanceAsync(http));

            // The old build did not store an organisation's owner: it is the user who registered it.
            var me = (await http.GetFromJsonAsync<JsonNode>("/api/v1/auth/me"))!;
            Assert.Equal(me["user"]!["id"]!.GetValue<string>(), me["organisation"]!["ownerId"]!.GetValue<string>());
            Assert.Equal((201, "c5", true), await ChargeAsync(http, "c5", "0.50", "Report"));
            Assert.Equal((409, "refused", true), await ChargeAsync(http, "refused", "5000.00", "too much"));
            Assert.Equal((201, "new", false), await ChargeAsync(http, "new", "3.00", "Report"));
            Assert.Equal("390.00", await BalanceAsync(http));
            using var folder = new TestFolder();
            var export = Path.Combine(folder.Path, "export.ndjson");
            await File.WriteAllTextAsync(export, await http.GetStringAsync("/api/v1/ledger/export"));
            var (exitCode, output) = await PlatformCommand.RunAsync(new Dictionary<string, string>(), "ledger", "verify", export);
            Assert.True(exitCode == 0 && output.Contains("SOUND: ", StringComparison.Ordinal), output);

            // Metrics are rebuilt from the restored journal, for the minutes in which it was written.
            var charges = await http.GetFromJsonAsync<JsonNode>(
                "/api/v1/metrics/wallet.charges/series?bucket=minute&from=2026-11-28T04:20:00Z&to=2026-11-28T04:33:00Z");
            Assert.Equal(122m, charges!["buckets"]!.AsArray().Sum(bucket => bucket!["value"]!.GetValue<decimal>()));
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }

    /// <summary>Status, key, and whether it is the stored answer.</summary>
    private static async Task<(int Status, string Key, bool Replayed)> ChargeAsync(
        HttpClient http, string key, string amount, string reason)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Wallet}/charges")
        {
            Content = JsonContent.Create(new { amount = new { amount, currency = "USD" }, reason }),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, key, response.Headers.Contains("Idempotency-Replayed"));
    }

    private static async Task<string> BalanceAsync(HttpClient http) =>
        (await http.GetFromJsonAsync<JsonNode>(Wallet))!["balance"]!["amount"]!.GetValue<string>();

    /// <summary>Restores the dump, after dropping what this build's migrations created.</summary>
    private static async Task RestoreAsync(string connectionString)
    {
        await using var connection =
            new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var packed =
            new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Upgrades", Dump)), CompressionMode.Decompress);
        using var reader = new StreamReader(packed);
        await using var command =
            new NpgsqlCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + await reader.ReadToEndAsync(), connection);
        await command.ExecuteNonQueryAsync();
    }
}
