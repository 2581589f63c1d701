using System.Text.Json.Nodes;
using Platform.Testing;
using Xunit.Abstractions;

namespace Platform.Api.Tests.Faults;

/// <summary>
/// Access that is revoked at one API is also revoked at the other. The delay is only reported, because this machine may be slow; the bench
/// measures it. The tests assert that access never comes back.
/// </summary>
[Collection(FaultClusterCollection.Name)]
public sealed class RevocationTests(FaultCluster cluster, ITestOutputHelper output) : IAsyncLifetime
{
    private const int OtherApi = 1;
    private const string Password = "a long password";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public Task InitializeAsync() => cluster.RepairAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task V7_4_1_signing_out_at_one_api_ends_the_session_and_its_live_connection_at_the_other()
    {
        using var owner = await Tenant.RegisterAsync(cluster.Apis);
        var (_, email) = await AddAsync(owner, "viewer");
        using var user = await Tenant.SignInAsync(cluster.Apis, email, Password);
        using var elsewhere = await Tenant.SignInAsync(cluster.Apis, email, Password);
        await EndsAsync("sign-out", user, 401, () => user.PostAsync("auth/logout", new JsonObject()), 204);
        Assert.Equal(200, (await elsewhere.GetAsync("metrics", OtherApi)).Status);
    }

    [Fact]
    public async Task V7_4_2_disabling_a_user_at_one_api_ends_their_access_at_the_other()
    {
        using var owner = await Tenant.RegisterAsync(cluster.Apis);
        var (id, email) = await AddAsync(owner, "viewer");
        using var user = await Tenant.SignInAsync(cluster.Apis, email, Password);
        await EndsAsync("disabling", user, 401, () => owner.PostAsync($"users/{id}/disable", new JsonObject()), 200);
        Assert.Equal(200, (await owner.GetAsync("metrics", OtherApi)).Status);
    }

    [Fact]
    public async Task V8_3_2_a_role_that_is_revoked_at_one_api_gives_nothing_at_the_other()
    {
        using var owner = await Tenant.RegisterAsync(cluster.Apis);
        var (id, email) = await AddAsync(owner, "viewer");
        using var user = await Tenant.SignInAsync(cluster.Apis, email, Password);
        await EndsAsync(
            "revoking a role", user, 403, () => owner.SendAsync(HttpMethod.Put, $"users/{id}/roles", """{"roles":[]}""", null, 0), 200);
        Assert.Equal(200, (await user.GetAsync("auth/me", OtherApi)).Status);
    }

    [Fact]
    public async Task V7_4_1_a_key_that_is_revoked_at_one_api_admits_nobody_at_the_other()
    {
        using var owner = await Tenant.RegisterAsync(cluster.Apis);
        var account = await owner.PostAsync(
            "service-accounts", new JsonObject { ["name"] = "export", ["permissions"] = new JsonArray("metrics:read") });
        Assert.Equal(201, account.Status);
        var keys = $"service-accounts/{account.Json["id"]!.GetValue<string>()}/keys";
        var key = await owner.PostAsync(keys, new JsonObject { ["name"] = "first" });
        Assert.Equal(201, key.Status);
        using var service = Tenant.With(cluster.Apis, key.Json["key"]!.GetValue<string>());
        var keyPath = $"{keys}/{key.Json["id"]!.GetValue<string>()}";
        await EndsAsync("revoking a key", service, 401, () => owner.SendAsync(HttpMethod.Delete, keyPath, null, null, 0), 204);
    }

    private async Task EndsAsync(string what, Tenant caller, int refusal, Func<Task<HttpAnswer>> revoke, int expected)
    {
        await using var hub = await HubClient.ConnectAsync(cluster.Apis[OtherApi], caller.Token!);
        await hub.InvokeAsync("Subscribe", "overview");
        await hub.WaitForCallAsync("snapshot");
        Assert.Equal(200, (await caller.GetAsync("metrics", OtherApi)).Status); // Now cached there.

        var answer = await revoke();
        var since = TimeProvider.System.GetTimestamp();
        Assert.True(answer.Status == expected, answer.Body);
        var closed = hub.IsClosedAsync(Timeout);
        await Eventually.HoldsAsync(
            async () => (await caller.GetAsync("metrics", OtherApi)).Status == refusal, Timeout, $"{what} is in force at the other API");
        var delay = TimeProvider.System.GetElapsedTime(since);
        await closed;
        var closing = TimeProvider.System.GetElapsedTime(since);
        output.WriteLine(
            $"{what}: refused at the other API after {delay.TotalMilliseconds:0} ms, " +
            $"its live connection ended after {closing.TotalMilliseconds:0} ms");

        // For longer than any cache lasts, with concurrent requests at both APIs.
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2);)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => caller.GetAsync("metrics", i % 2)));
            Assert.All(answers, again => Assert.Equal(refusal, again.Status));
        }
    }

    private static async Task<(string Id, string Email)> AddAsync(Tenant owner, string role)
    {
        var email = $"{Tenant.NewKey()}@example.test";
        var added = await owner.PostAsync("users", new JsonObject
        {
            ["email"] = email, ["displayName"] = "A Sub-user", ["password"] = Password,
            ["roles"] = new JsonArray(new JsonObject { ["role"] = role }),
        });
        Assert.True(added.Status == 201, added.Body);
        return (added.Json["id"]!.GetValue<string>(), email);
    }
}
