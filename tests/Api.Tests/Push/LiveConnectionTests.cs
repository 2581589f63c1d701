using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Push;
using Platform.Metrics;

namespace Platform.Api.Tests.Push;

/// <summary>Updates for slow clients are merged.</summary>
public sealed class LiveConnectionTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_blocked_client_later_gets_the_latest_value_of_each_widget_and_unit_and_nothing_in_between()
    {
        var client = new BlockedClient();
        var resyncs = 0;
        var feed = new LiveFeed(Guid.Empty, _ => resyncs++);
        feed.Apply(new LiveSnapshot("e", 0, [], At));
        await using var connection = new LiveConnection(client, feed, "overview", NullLogger.Instance);
        feed.Add(connection, "overview", null, 0);
        connection.Start();
        Assert.IsType<LiveSnapshotMessage>(await client.NextAsync());

        for (var offset = 1; offset <= 5_000; offset++)
        {
            await feed.OnUpdateAsync(
                Guid.Empty, new LiveUpdate("e", offset, [Value("wallet.charges", offset % 2 == 0 ? "USD" : "EUR", offset)], At, At));
        }

        client.Unblock();
        var update = Assert.IsType<LiveUpdateMessage>(await client.NextAsync());
        Assert.Equal(5_000, update.Offset);
        Assert.Equal([("EUR", 4_999m), ("USD", 5_000m)], update.Values.Select(value => (value.Unit, value.Today)));
        Assert.Equal(0, resyncs);
        await feed.OnUpdateAsync(Guid.Empty, new LiveUpdate("e", 5_001, [Value("revenue", "USD", 7)], At, At));
        Assert.Equal("revenue", Assert.IsType<LiveUpdateMessage>(await client.NextAsync()).WidgetId);
    }

    [Fact]
    public void Lost_updates_and_another_epoch_ask_for_the_state_again()
    {
        var resyncs = 0;
        var feed = new LiveFeed(Guid.Empty, _ => resyncs++);
        feed.Apply(new LiveSnapshot("e", 3, [], At));
        feed.OnUpdateAsync(Guid.Empty, new LiveUpdate("e", 3, [Value("revenue", "USD", 1)], At, At));
        Assert.Equal(0, resyncs);
        feed.OnUpdateAsync(Guid.Empty, new LiveUpdate("e", 5, [Value("revenue", "USD", 1)], At, At));
        Assert.Equal(1, resyncs);
        feed.OnUpdateAsync(Guid.Empty, new LiveUpdate("other", 4, [Value("revenue", "USD", 1)], At, At));
        Assert.Equal(2, resyncs);
    }

    [Fact]
    public async Task Only_what_is_still_buffered_can_be_resumed()
    {
        var feed = new LiveFeed(Guid.Empty, _ => { });
        feed.Apply(new LiveSnapshot("e", 0, [], At));
        for (var offset = 1; offset <= LiveFeed.Buffered + 10; offset++)
        {
            await feed.OnUpdateAsync(Guid.Empty, new LiveUpdate("e", offset, [Value("revenue", "USD", offset)], At, At));
        }

        foreach (var (epoch, offset, recovered) in new[]
        {
            ("e", LiveFeed.Buffered + 10, true), ("e", 10, true), ("e", 9, false), ("e", LiveFeed.Buffered + 11, false),
            ("other", 100, false), ("e", -1, false),
        })
        {
            await using var connection = new LiveConnection(new BlockedClient(), feed, "overview", NullLogger.Instance);
            Assert.Equal(recovered, feed.Add(connection, "overview", epoch, offset).Recovered);
        }
    }

    private static LiveValue Value(string metric, string unit, decimal today) => new(metric, unit, today, 1, today, 1);

    /// <summary>Accepts one message, then blocks until it is unblocked.</summary>
    private sealed class BlockedClient : ISingleClientProxy
    {
        private readonly Channel<object?> _messages = Channel.CreateUnbounded<object?>();
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Unblock() => _open.TrySetResult();

        public async Task<object?> NextAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            return await _messages.Reader.ReadAsync(limit.Token);
        }

        public Task SendCoreAsync(string method, object?[] args, CancellationToken cancellationToken = default)
        {
            _messages.Writer.TryWrite(args[0]);
            return _open.Task.WaitAsync(cancellationToken);
        }

        public Task<T> InvokeCoreAsync<T>(string method, object?[] args, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
