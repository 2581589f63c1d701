using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Platform.Testing;

namespace Platform.Api.Tests.Security.Tokens;

/// <summary>Key rotation over HTTP, with the operator's commands.</summary>
public sealed class KeyRotationOverHttpTests : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);
    private readonly PostgresFixture _postgres = new();
    private readonly HttpClient _http = new();

    public Task InitializeAsync() => _postgres.InitializeAsync();

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task The_key_set_shows_the_current_and_the_next_key_and_no_private_member()
    {
        await using var api = await StartAsync();
        var keys = (await KeysAsync(api))!;
        Assert.Equal(2, keys.Count);
        Assert.All(keys, key => Assert.Equal(
            ["alg", "crv", "kid", "kty", "use", "x", "y"], key!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal)));
        Assert.Equal(Kid(await SignInAsync(api)), keys[0]!["kid"]!.GetValue<string>());
        Assert.Equal(2, keys.Select(key => key!["x"]!.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public async Task A_rotation_ends_no_token_and_the_old_key_leaves_after_its_last_one()
    {
        await using var api = await StartAsync();
        var before = await SignInAsync(api);
        var next = (await KeysAsync(api))[1]!["kid"]!.GetValue<string>();

        var (exitCode, output) = await PlatformCommand.RunAsync(Settings(), "keys", "rotate");
        Assert.True(exitCode == 0, output);
        Assert.Contains(next, output, StringComparison.Ordinal);

        // Do not poll by signing in: a user has a limited number of sessions, and a new one ends the oldest.
        await Eventually.HoldsAsync(
            () => ExecuteAsync(
                "SELECT active_from <= now() FROM signing_key WHERE active_from IS NOT NULL ORDER BY active_from DESC LIMIT 1"),
            Timeout, "the next key is active");
        var after = "";
        await Eventually.HoldsAsync(async () => Kid(after = await SignInAsync(api)) == next, Timeout, "the next key signs");
        await Eventually.HoldsAsync(async () => (await KeysAsync(api)).Count == 3, Timeout, "the one after it is published");
        Assert.Equal(HttpStatusCode.OK, await MeAsync(api, before));
        Assert.Equal(HttpStatusCode.OK, await MeAsync(api, after));

        // As if the token lifetime had passed.
        await ExecuteAsync("UPDATE signing_key SET active_from = active_from - interval '20 minutes'");
        await Eventually.HoldsAsync(async () => (await KeysAsync(api)).Count == 2, Timeout, "the old key is removed");
        Assert.DoesNotContain(Kid(before), (await KeysAsync(api)).Select(key => key!["kid"]!.GetValue<string>()));
        Assert.Equal(next, Kid(await SignInAsync(api)));
    }

    [Fact]
    public async Task A_start_without_the_key_that_the_database_needs_is_refused_and_says_which()
    {
        await (await StartAsync()).DisposeAsync();
        foreach (var (id, value) in new[] { ("other", new byte[32]), ("test", new byte[32]) })
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(
                () => StartAsync(("Secrets:Keys:0:Id", id), ("Secrets:Keys:0:Value", Convert.ToBase64String(value))));
            Assert.Contains("test", refused.Message, StringComparison.Ordinal);
            Assert.Contains(nameof(Storage.Engine.Secrets.SecretException), refused.Message, StringComparison.Ordinal);
        }

        // A lost key is not replaced by a new one.
        using var folder = new TestFolder();
        var lost = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StartAsync(("Secrets:KeyFile", folder.In("keys.json")), ("Secrets:CreateKeyFile", "true")));
        Assert.Contains("sealed with the key test", lost.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.In("keys.json")));
        await (await StartAsync()).DisposeAsync();
    }

    [Theory]
    [InlineData("Api")]
    [InlineData("Silo")]
    public async Task A_process_of_a_cluster_without_a_key_is_refused_and_says_what_to_set(string project)
    {
        using var folder = new TestFolder();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => PlatformProcess.StartAsync(
            project, Settings(("Platform:RunMode", "cluster"), ("Platform:Data", folder.Path), ("Secrets:KeyFile", ""))));
        Assert.Contains("Secrets__Keys__0__Value", refused.Message, StringComparison.Ordinal);
        Assert.Contains("openssl rand -base64 32", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private Task<PlatformProcess> StartAsync(params (string Key, string Value)[] more) => PlatformProcess.StartAsync("Api", Settings(more));

    private Dictionary<string, string> Settings(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Postgres"] = _postgres.ConnectionString,
            ["Platform:RunMode"] = "single",
            ["Platform:HttpsRedirect"] = "false",
            ["Management:Port"] = "0",
            ["PLATFORM_ADMIN_PASSWORD"] = "the-admins-password",
            ["Tokens:KeyReload"] = "00:00:01",
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }

    private async Task<JsonArray> KeysAsync(PlatformProcess api) =>
        JsonNode.Parse(await _http.GetStringAsync(new Uri(api.Address, "/.well-known/jwks.json")))!["keys"]!.AsArray();

    private async Task<string> SignInAsync(PlatformProcess api)
    {
        using var answer = await _http.PostAsJsonAsync(
            new Uri(api.Address, "/api/v1/auth/login"), new { email = "admin@platform.local", password = "the-admins-password" });
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["tokens"]!["accessToken"]!.GetValue<string>();
    }

    private async Task<HttpStatusCode> MeAsync(PlatformProcess api, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api.Address, "/api/v1/auth/me"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<bool> ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is true;
    }

    private static string Kid(string token) => JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[0]))!["kid"]!.GetValue<string>();
}
