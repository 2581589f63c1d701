using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Wallets;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Push;

/// <summary>
/// Closes live connections whose session or key has ended, or whose caller may no longer see the metrics or wallets it listens to.
/// Because subscriptions are only admitted once, access is rechecked: immediately after a change in this process, within a second
/// after one elsewhere.
/// </summary>
[Singleton(Hosted = true)]
public sealed partial class LiveAccess(
    AccessCache access, Reach reach, LiveConnections dashboards, WalletConnections wallets, TimeProvider time, ILogger<LiveAccess> logger)
        : BackgroundService
{
    private const string ReadMetrics = "metrics:read";
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(200);

    // A short outage of the database closes no dashboard; a longer partition does.
    private static readonly TimeSpan MaxUnknown = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Watched> _connections = new(StringComparer.Ordinal);

    public void Watch(HubCallerContext connection) =>
        _connections[connection.ConnectionId] = new Watched(connection, (SignedIn)connection.User!) { KnownAt = time.GetTimestamp() };

    public void Forget(HubCallerContext connection) => _connections.TryRemove(connection.ConnectionId, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(CheckInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Task.WhenAll(_connections.Values.GroupBy(watched => watched.Caller.Key).Select(CheckAsync));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task CheckAsync(IGrouping<EntityKey, Watched> connections)
    {
        AccessView? view = null;
        try
        {
            view = await access.GetAsync(connections.First().Caller);
        }
#pragma warning disable CA1031 // On any failure: a connection whose access stays unknown for too long is closed.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NotKnown(logger, exception.GetType().Name);
        }

        foreach (var watched in connections)
        {
            if (view is null ? time.GetElapsedTime(watched.KnownAt) > MaxUnknown
                : !view.IsAlive(watched.Caller, time.GetUtcNow()) || view.MustSetUpMfa || !await SeesAllAsync(watched, view))
            {
                watched.Connection.Abort();
            }
            else if (view is not null)
            {
                watched.KnownAt = time.GetTimestamp();
            }
        }
    }

    private async ValueTask<bool> SeesAllAsync(Watched watched, AccessView view)
    {
        if (dashboards.IsSubscribed(watched.Connection.ConnectionId) && !view.Allows(ReadMetrics))
        {
            return false;
        }

        foreach (var owner in wallets.OwnersOf(watched.Connection.ConnectionId))
        {
            if (!await CoversAsync(watched.Caller, view, owner))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the caller may see the metrics of their organisation now.</summary>
    public async ValueTask<bool> SeesMetricsAsync(SignedIn caller) => (await access.GetAsync(caller)).Allows(ReadMetrics);

    /// <summary>Whether the caller may see the wallets of this user now.</summary>
    public async ValueTask<bool> CoversAsync(SignedIn caller, Guid ownerId) =>
        await CoversAsync(caller, await access.GetAsync(caller), ownerId);

    private ValueTask<bool> CoversAsync(SignedIn caller, AccessView view, Guid ownerId) =>
        reach.CoversAsync(view, caller.OrganisationId, WalletAccess.Read, ownerId);

    private sealed class Watched(HubCallerContext connection, SignedIn caller)
    {
        public HubCallerContext Connection { get; } = connection;

        public SignedIn Caller { get; } = caller;

        public long KnownAt { get; set; }
    }

    [LoggerMessage(1, LogLevel.Warning, "The access of a live connection could not be checked: {Failure}")]
    private static partial void NotKnown(ILogger logger, string failure);
}
