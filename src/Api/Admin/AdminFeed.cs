using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Admin;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Engine;
using Platform.Storage.Admin;

namespace Platform.Api.Admin;

/// <summary>
/// The overview and the newest happenings for the live super admins of this process: looked at once a second while there are any, and
/// sent where something changed. Each has a sender of its own; a slow one is spared what it has no room for, and sees a gap in the offset.
/// </summary>
[Singleton(Hosted = true)]
public sealed partial class AdminFeed(
    AdminFigures figures, AdminActivities activities, AccessCache access, TimeProvider time, ILogger<AdminFeed> logger) : BackgroundService
{
    private const int AtOnce = 50;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, AdminSubscriber> _subscribers = new(StringComparer.Ordinal);

    public async Task SubscribeAsync(HubCallerContext connection, ISingleClientProxy client, string timeZone)
    {
        if (TimeZones.Find(timeZone) is null)
        {
            throw new HubException("unknown-time-zone: This is not an IANA time zone.");
        }

        if (!await MayAsync((SignedIn)connection.User!))
        {
            throw new HubException("forbidden: The permission for this is missing.");
        }

        Unsubscribe(connection);
        var overview = await figures.OverviewAsync(timeZone, connection.ConnectionAborted);
        var newest = await activities.ListAsync(ActivityPlace.Newest, new ActivityKinds(), AtOnce, connection.ConnectionAborted);
        var subscriber = new AdminSubscriber((SignedIn)connection.User!, client, timeZone);
        subscriber.Offer(overview, newest.Items);
        _subscribers[connection.ConnectionId] = subscriber;
        if (connection.ConnectionAborted.IsCancellationRequested)
        {
            Unsubscribe(connection); // It left before it was there to be taken out.
        }

        _ = SendAsync(subscriber, connection.ConnectionAborted);
    }

    public void Unsubscribe(HubCallerContext connection)
    {
        if (_subscribers.TryRemove(connection.ConnectionId, out var subscriber))
        {
            subscriber.Close();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task TickAsync(CancellationToken stoppingToken)
    {
        if (_subscribers.IsEmpty)
        {
            return;
        }

        try
        {
            var newest = await activities.ListAsync(ActivityPlace.Newest, new ActivityKinds(), AtOnce, stoppingToken);
            foreach (var zone in _subscribers.GroupBy(pair => pair.Value.TimeZone, StringComparer.Ordinal))
            {
                var overview = await figures.OverviewAsync(zone.Key, stoppingToken);
                foreach (var (id, subscriber) in zone)
                {
                    if (!await MayAsync(subscriber.Caller))
                    {
                        _subscribers.TryRemove(id, out _);
                        subscriber.Close();
                    }
                    else
                    {
                        subscriber.Offer(overview, newest.Items);
                    }
                }
            }
        }
#pragma warning disable CA1031 // Whatever it is, the next second may bring it.
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Stumbled(logger, exception.GetType().Name);
        }
    }

    private async Task<bool> MayAsync(SignedIn caller)
    {
        var view = await access.GetAsync(caller);
        return view.IsAlive(caller, time.GetUtcNow()) && !view.MustSetUpMfa && view.Allows("platform:read");
    }

    private async Task SendAsync(AdminSubscriber subscriber, CancellationToken aborted)
    {
        try
        {
            await foreach (var (method, message) in subscriber.Messages.ReadAllAsync(aborted))
            {
                await subscriber.Client.SendAsync(method, message, aborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has left.
        }
#pragma warning disable CA1031 // Whatever it is, it is this client's alone.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Stumbled(logger, exception.GetType().Name);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The live view of the platform stumbled: {Failure}")]
    private static partial void Stumbled(ILogger logger, string failure);
}
