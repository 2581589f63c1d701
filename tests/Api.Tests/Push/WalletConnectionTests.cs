using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Push;
using Platform.Wallets;

namespace Platform.Api.Tests.Push;

/// <summary>Gaps are detected, and the backlog of a slow client is bounded.</summary>
public sealed class WalletConnectionTests
{
    private static readonly EntityKey Wallet =
        new(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));

    [Fact]
    public async Task After_a_gap_clients_get_the_state_instead_of_the_missed_transactions()
    {
        var resyncs = 0;
        var feed = new WalletFeed(Wallet, () => resyncs++);
        feed.Apply(Live(3));
        var client = new Client(open: true);
        await using var connection = new WalletConnection(client, feed, Guid.Empty, NullLogger.Instance);
        feed.Add(connection);
        connection.Start();
        Assert.Equal(3, Assert.IsType<WalletSnapshotMessage>(await client.NextAsync()).Sequence);

        await feed.OnMovedAsync([Update(4), Update(4), Update(2)]);
        Assert.Equal(4, Assert.IsType<WalletUpdateMessage>(await client.NextAsync()).Sequence);
        Assert.Equal(0, resyncs);
        await feed.OnMovedAsync([Update(6)]);
        Assert.Equal(1, resyncs);
        feed.Apply(Live(7));
        Assert.Equal(7, Assert.IsType<WalletSnapshotMessage>(await client.NextAsync()).Sequence);
        await feed.OnMovedAsync([Update(7), Update(8)]);
        Assert.Equal(8, Assert.IsType<WalletUpdateMessage>(await client.NextAsync()).Sequence);
        await feed.OnMovedAsync([]);
        Assert.Equal(2, resyncs);
    }

    [Fact]
    public async Task A_slow_client_gets_the_state_instead_of_a_long_backlog_and_misses_nothing_after_it()
    {
        var feed = new WalletFeed(Wallet, () => Assert.Fail("Nothing was missed."));
        feed.Apply(Live(0));
        var client = new Client(open: false);
        await using var connection = new WalletConnection(client, feed, Guid.Empty, NullLogger.Instance);
        feed.Add(connection);
        connection.Start();
        Assert.Equal(0, Assert.IsType<WalletSnapshotMessage>(await client.NextAsync()).Sequence);
        for (var sequence = 1; sequence <= 1_000; sequence++)
        {
            await feed.OnMovedAsync([Update(sequence)]);
        }

        client.Open();
        var last = Assert.IsType<WalletSnapshotMessage>(await client.NextAsync()).Sequence;
        Assert.True(last > 1_000 - WalletConnection.Buffered - 1);
        while (last < 1_000)
        {
            Assert.Equal(++last, Assert.IsType<WalletUpdateMessage>(await client.NextAsync()).Sequence);
        }
    }

    private static WalletLive Live(long sequence) => new(Wallet.Id, Usd(sequence), Usd(0), Usd(sequence), sequence, sequence + 1);

    private static WalletLiveUpdate Update(long sequence) => new(Live(sequence), new WalletTransaction(
        Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Wallet.Id, sequence, TransactionType.Deposit, Usd(1), Usd(sequence),
        Usd(sequence), null, null, default, Guid.Empty, default, null, Usd(0), default));

    private static Money Usd(long minor) => new(minor, Currency.Parse("USD"));

    private sealed class Client : ISingleClientProxy
    {
        private readonly Channel<object?> _messages = Channel.CreateUnbounded<object?>();
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Client(bool open)
        {
            if (open)
            {
                Open();
            }
        }

        public void Open() => _open.TrySetResult();

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
