using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Push;

/// <summary>The dashboard subscriptions of this process, one per connection.</summary>
[Singleton]
public sealed class LiveConnections(ILogger<LiveConnection> logger)
{
    private readonly ConcurrentDictionary<string, LiveConnection> _connections = new(StringComparer.Ordinal);

    public async Task<LiveSubscription> StartAsync(
        string connectionId, ISingleClientProxy client, LiveFeed feed, string dashboardId, string? epoch, long offset)
    {
        await StopAsync(connectionId);
        var connection = new LiveConnection(client, feed, dashboardId, logger);
        var subscription = feed.Add(connection, dashboardId, epoch, offset);
        _connections[connectionId] = connection;
        connection.Start();
        return subscription;
    }

    public bool IsSubscribed(string connectionId) => _connections.ContainsKey(connectionId);

    public async Task StopAsync(string connectionId)
    {
        if (_connections.TryRemove(connectionId, out var connection))
        {
            await connection.DisposeAsync();
        }
    }
}
