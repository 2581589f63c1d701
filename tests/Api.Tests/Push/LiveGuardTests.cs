using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.Push;

/// <summary>Attacks on the live hub.</summary>
[Collection(ApiCollection.Name)]
public sealed class LiveGuardTests(ApiFixture api)
{
    private const string Hub = "/hubs/live";

    [Theory]
    [InlineData("https://evil.example", 403)]
    [InlineData("null", 403)]
    [InlineData("https://app.example", 101)]
    [InlineData(null, 101)]
    public async Task A_page_of_a_foreign_origin_opens_no_live_connection(string? origin, int expected)
    {
        var account = await api.RegisterAsync();
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        var url = new UriBuilder(api.Address) { Scheme = "ws", Path = Hub, Query = $"access_token={account.Token}" }.Uri;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        if (expected == 101)
        {
            await socket.ConnectAsync(url, limit.Token);
            return;
        }

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(url, limit.Token));
        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
        (await api.SendAsync(HttpMethod.Post, $"{Hub}/negotiate?negotiateVersion=1", null, account.Token, null, ("Origin", origin!)))
            .IsProblem(403, "foreign-origin");
    }

    [Fact]
    public async Task A_page_of_the_platforms_own_origin_opens_a_live_connection()
    {
        var account = await api.RegisterAsync();
        var own = api.Address.GetLeftPart(UriPartial.Authority);
        (await api.SendAsync(HttpMethod.Post, $"{Hub}/negotiate?negotiateVersion=1", null, account.Token, null, ("Origin", own))).Is(200);
    }

    [Fact]
    public async Task Another_user_cannot_continue_a_long_polling_connection()
    {
        var (account, thief) = (await api.RegisterAsync(), await api.RegisterAsync());
        var id = await ConnectAsync(account);
        (await PollAsync(thief, id)).IsProblem(403, "forbidden");
        (await SendMessageAsync(thief, id, new JsonObject { ["type"] = 6 })).IsProblem(403, "forbidden");
        (await thief.SendAsync(HttpMethod.Delete, $"{Hub}?id={id}")).IsProblem(403, "forbidden");
        (await SendMessageAsync(account, id, Call("Subscribe", "overview"))).Is(200);
        await Eventually.HoldsAsync(
            async () => (await PollAsync(account, id)).Is(200).Body.Contains("snapshot", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20), "the user gets the snapshot");
        (await account.SendAsync(HttpMethod.Delete, $"{Hub}?id={id}")).Is(202);
    }

    [Fact]
    public async Task A_refusal_of_the_hub_is_not_logged_as_an_error()
    {
        var account = await api.RegisterAsync();
        await using var hub = await HubClient.ConnectAsync(api.Address, account.Token);
        var missing = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        await hub.InvokeAsync("SubscribeWallet", missing);
        Assert.Contains("not-found", (await hub.WaitForResultAsync())["error"]!.GetValue<string>(), StringComparison.Ordinal);
        await hub.InvokeAsync("Subscribe", "no-such-dashboard");
        Assert.Contains("not-found", (await hub.WaitForResultAsync())["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain("HubException", api.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("DefaultHubDispatcher", api.Log, StringComparison.Ordinal);
    }

    // Like a client without web sockets or server-sent events: the first poll opens the connection, the second returns the handshake's
    // answer.
    private async Task<string> ConnectAsync(Account account)
    {
        var negotiated = (await api.SendAsync(HttpMethod.Post, $"{Hub}/negotiate?negotiateVersion=1", null, account.Token)).Is(200);
        var id = Uri.EscapeDataString(negotiated.Text("connectionToken"));
        (await PollAsync(account, id)).Is(200);
        (await SendMessageAsync(account, id, new JsonObject { ["protocol"] = "json", ["version"] = 1 })).Is(200);
        (await PollAsync(account, id)).Is(200);
        return id;
    }

    private static Task<Answer> PollAsync(Account account, string id) => account.GetAsync($"{Hub}?id={id}");

    private Task<Answer> SendMessageAsync(Account account, string id, JsonNode message) =>
        api.SendRawAsync(HttpMethod.Post, $"{Hub}?id={id}", message.ToJsonString() + '\u001e', account.Token,
            null, "text/plain;charset=UTF-8");

    private static JsonObject Call(string method, string argument) => new()
    {
        ["type"] = 1, ["invocationId"] = "1", ["target"] = method, ["arguments"] = new JsonArray(argument),
    };
}
