using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Push;

/// <summary>The wallet subscriptions of this process, several per connection.</summary>
[Singleton]
public sealed class WalletConnections(ILogger<WalletConnection> logger)
{
    public const int PerConnection = 50;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<Guid, WalletConnection>> _connections = new(StringComparer.Ordinal);

    /// <summary>Returns false if the connection already listens to the maximum number of wallets.</summary>
    public async Task<bool> StartAsync(string connectionId, ISingleClientProxy client, WalletFeed feed, Guid ownerId)
    {
        await StopAsync(connectionId, feed.Wallet.Id);
        var wallets = _connections.GetOrAdd(connectionId, _ => new());
        if (wallets.Count >= PerConnection)
        {
            return false;
        }

        var connection = new WalletConnection(client, feed, ownerId, logger);
        feed.Add(connection);
        wallets[feed.Wallet.Id] = connection;
        connection.Start();
        return true;
    }

    public async Task StopAsync(string connectionId, Guid walletId)
    {
        if (_connections.TryGetValue(connectionId, out var wallets) && wallets.TryRemove(walletId, out var connection))
        {
            await connection.DisposeAsync();
        }
    }

    public async Task StopAsync(string connectionId)
    {
        if (_connections.TryRemove(connectionId, out var wallets))
        {
            foreach (var connection in wallets.Values)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>The users whose wallets a connection listens to.</summary>
    public IReadOnlyCollection<Guid> OwnersOf(string connectionId) =>
        _connections.TryGetValue(connectionId, out var wallets) && !wallets.IsEmpty
            ? [.. wallets.Values.Select(wallet => wallet.OwnerId).Distinct()]
            : [];
}
