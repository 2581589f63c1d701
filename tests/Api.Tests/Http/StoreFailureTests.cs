using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.Http;

/// <summary>The database server is killed while requests arrive.</summary>
public sealed class StoreFailureTests
{
    [Fact]
    public async Task A_failed_database_is_503_and_service_resumes_with_every_key_counted_once()
    {
        var postgres = new PostgresServerFixture();
        await postgres.InitializeAsync();
        try
        {
            await using var api = await PlatformProcess.StartAsync("Api", new Dictionary<string, string>
            {
                ["ConnectionStrings:Postgres"] = postgres.ConnectionString,
                ["Platform:RunMode"] = "single",
                ["Platform:HttpsRedirect"] = "false",
                ["Management:Port"] = "0",
            });
            using var http = new HttpClient { BaseAddress = api.Address };
            var registered = await http.PostAsJsonAsync(
                new Uri("/api/v1/auth/register", UriKind.Relative),
                new { email = "a@example.test", password = "a long password", displayName = "A", accountType = "individual" });
            var account = JsonNode.Parse(await registered.Content.ReadAsStringAsync())!;
            http.DefaultRequestHeaders.Authorization =
                new AuthenticationHeaderValue("Bearer", account["tokens"]!["accessToken"]!.GetValue<string>());
            var wallet = $"/api/v1/wallets/{account["wallet"]!["id"]!.GetValue<string>()}";
            Assert.Equal(201, await DepositAsync(http, wallet, "before"));

            await postgres.KillAsync();
            using (var refused = await SendAsync(http, wallet, "during"))
            {
                Assert.Equal(503, (int)refused.StatusCode);
                Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
                Assert.NotNull(refused.Headers.RetryAfter);
            }

            using (var list = await http.GetAsync(new Uri("/api/v1/wallets", UriKind.Relative)))
            {
                Assert.Equal(503, (int)list.StatusCode);
                Assert.NotNull(list.Headers.RetryAfter);
            }

            await postgres.RestartAsync();
            await Eventually.HoldsAsync(
                async () => await DepositAsync(http, wallet, "during") == 201, TimeSpan.FromSeconds(5), "the same request succeeds");
            Assert.Equal(201, await DepositAsync(http, wallet, "during"));
            var balance = JsonNode.Parse(
                await http.GetStringAsync(new Uri(wallet, UriKind.Relative)))!["balance"]!["amount"]!.GetValue<string>();
            Assert.Equal("2.00", balance);
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }

    private static async Task<int> DepositAsync(HttpClient http, string wallet, string key)
    {
        using var response = await SendAsync(http, wallet, key);
        return (int)response.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string wallet, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{wallet}/deposits");
        request.Headers.Add("Idempotency-Key", key);
        request.Content = JsonContent.Create(new { amount = new { amount = "1", currency = "USD" }, reference = "r" });
        return await http.SendAsync(request);
    }
}
