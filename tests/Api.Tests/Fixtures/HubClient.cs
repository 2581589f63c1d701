using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Fixtures;

/// <summary>Speaks SignalR's JSON protocol over a plain web socket.</summary>
public sealed class HubClient : IAsyncDisposable
{
    private const char End = '\u001e';
    private readonly ClientWebSocket _socket = new();
    private readonly StringBuilder _received = new();
    private int _invocations;

    public static async Task<HubClient> ConnectAsync(Uri address, string token)
    {
        var client = new HubClient();
        var url = new UriBuilder(address) { Scheme = "ws", Path = "/hubs/live", Query = $"access_token={token}" }.Uri;
        await client._socket.ConnectAsync(url, Limit().Token);
        await client.SendAsync(new JsonObject { ["protocol"] = "json", ["version"] = 1 });
        Assert.Equal("{}", (await client.ReceiveAsync()).ToJsonString());
        return client;
    }

    public Task InvokeAsync(string method, params JsonNode[] arguments) => SendAsync(new JsonObject
    {
        ["type"] = 1,
        ["invocationId"] = $"{++_invocations}",
        ["target"] = method,
        ["arguments"] = new JsonArray(arguments),
    });

    /// <summary>Returns the next matching message and drops others.</summary>
    public async Task<JsonNode> WaitForAsync(Func<JsonNode, bool> fits)
    {
        while (true)
        {
            var message = await ReceiveAsync();
            if (fits(message))
            {
                return message;
            }
        }
    }

    /// <summary>Returns the argument of the next matching call of this method by the server.</summary>
    public async Task<JsonNode> WaitForCallAsync(string target, Func<JsonNode, bool>? fits = null) =>
        (await WaitForAsync(message =>
            message["target"]?.GetValue<string>() == target && (fits is null || fits(message["arguments"]![0]!))))["arguments"]![0]!;

    public Task<JsonNode> WaitForResultAsync() => WaitForAsync(message => message["type"]?.GetValue<int>() == 3);

    /// <summary>Waits until the server has closed the connection, and drops remaining messages.</summary>
    public async Task IsClosedAsync(TimeSpan deadline)
    {
        using var limit = new CancellationTokenSource(deadline);
        var buffer = new byte[16 * 1024];
        try
        {
            while ((await _socket.ReceiveAsync(buffer, limit.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // Aborted without a close message.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        await Task.CompletedTask;
    }

    private static CancellationTokenSource Limit() => new(TimeSpan.FromSeconds(20));

    private async Task SendAsync(JsonNode message)
    {
        using var limit = Limit();
        await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString() + End), WebSocketMessageType.Text, true, limit.Token);
    }

    private async Task<JsonNode> ReceiveAsync()
    {
        using var limit = Limit();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var text = _received.ToString();
            var end = text.IndexOf(End, StringComparison.Ordinal);
            if (end >= 0)
            {
                _received.Remove(0, end + 1);
                return JsonNode.Parse(text[..end])!;
            }

            var read = await _socket.ReceiveAsync(buffer, limit.Token);
            Assert.NotEqual(WebSocketMessageType.Close, read.MessageType);
            _received.Append(Encoding.UTF8.GetString(buffer, 0, read.Count));
        }
    }
}
