using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Testing;

namespace Platform.Api.Tests.Host;

/// <summary>Several processes that start on an empty database at the same time.</summary>
public sealed partial class FirstStartTests
{
    [Fact]
    public async Task Two_apis_that_start_at_once_beside_a_silo_make_one_admin_and_share_their_keys()
    {
        var postgres = new PostgresFixture();
        await postgres.InitializeAsync();
        try
        {
            var settings = new Dictionary<string, string>
            {
                ["ConnectionStrings:Postgres"] = postgres.ConnectionString,
                ["Silo:CoHosted"] = "false",
                ["Platform:HttpsRedirect"] = "false",
                ["Management:Port"] = "0",
                ["PLATFORM_ADMIN_PASSWORD"] = "",
            };
            await using var silo = await PlatformProcess.StartAsync("Silo", settings);
            var apis = await Task.WhenAll(PlatformProcess.StartAsync("Api", settings), PlatformProcess.StartAsync("Api", settings));
            await using var one = apis[0];
            await using var other = apis[1];

            var passwords = AdminPassword().Matches(one.Log + other.Log);
            var password = Assert.Single(passwords).Groups[1].Value;
            using var http = new HttpClient();
            Assert.Equal(
                await http.GetStringAsync(new Uri(one.Address, "/.well-known/jwks.json")),
                await http.GetStringAsync(new Uri(other.Address, "/.well-known/jwks.json")));

            var login = await http.PostAsJsonAsync(
                new Uri(one.Address, "/api/v1/auth/login"), new { email = "admin@platform.local", password });
            Assert.True(login.IsSuccessStatusCode);
            var token = JsonNode.Parse(await login.Content.ReadAsStringAsync())!["tokens"]!["accessToken"]!.GetValue<string>();
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(other.Address, "/api/v1/auth/me"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var me = await http.SendAsync(request);
            Assert.True(me.IsSuccessStatusCode);
            Assert.Contains("\"superAdmin\"", await me.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }

    [GeneratedRegex("Super admin: .* password: ([^ ]+)")]
    private static partial Regex AdminPassword();
}
