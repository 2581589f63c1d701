using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Admin;
using Platform.Grains.Engine;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Admin;

namespace Platform.Api.Admin;

/// <summary>
/// Sends the overview and the newest activity to the super admins connected to this process. Polls once a second while there are any,
/// and sends changes. Each subscriber has its own queue; a slow one loses the oldest messages and sees a gap in the offset.
/// </summary>
[Singleton(Hosted = true)]
public sealed partial class AdminFeed(
    AdminFigures figures, AdminActivities activities, AccessCache access, TimeProvider time, ILogger<AdminFeed> logger) : BackgroundService
{
    private const int PageSize = 50;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, AdminSubscriber> _subscribers = new(StringComparer.Ordinal);

    public async Task SubscribeAsync(HubCallerContext connection, ISingleClientProxy client, string timeZone)
    {
        if (TimeZones.Find(timeZone) is null)
        {
            throw new HubException("unknown-time-zone: The time zone must be an IANA time zone, such as Europe/Berlin.");
        }

        if (!await IsAllowedAsync((SignedIn)connection.User!))
        {
            throw new HubException($"forbidden: {Problems.Forbidden.Detail}");
        }

        Unsubscribe(connection);
        var overview = await figures.OverviewAsync(timeZone, connection.ConnectionAborted);
        var newest = await activities.ListAsync(ActivityPlace.Newest, new ActivityKinds(), PageSize, connection.ConnectionAborted);
        var subscriber = new AdminSubscriber((SignedIn)connection.User!, client, timeZone);
        subscriber.Offer(overview, newest.Items);
        _subscribers[connection.ConnectionId] = subscriber;
        if (connection.ConnectionAborted.IsCancellationRequested)
        {
            Unsubscribe(connection); // It disconnected before it was registered.
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
        using var timer = new PeriodicTimer(PollInterval, time);
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
            var newest = await activities.ListAsync(ActivityPlace.Newest, new ActivityKinds(), PageSize, stoppingToken);
            foreach (var zone in _subscribers.GroupBy(pair => pair.Value.TimeZone, StringComparer.Ordinal))
            {
                var overview = await figures.OverviewAsync(zone.Key, stoppingToken);
                foreach (var (id, subscriber) in zone)
                {
                    if (!await IsAllowedAsync(subscriber.Caller))
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
#pragma warning disable CA1031 // On any failure, the next poll retries.
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Failed(logger, exception.GetType().Name);
        }
    }

    private async Task<bool> IsAllowedAsync(SignedIn caller)
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
            // The client disconnected.
        }
#pragma warning disable CA1031 // Any failure here concerns only this client.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failed(logger, exception.GetType().Name);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Updating the live view of the platform failed: {Failure}")]
    private static partial void Failed(ILogger logger, string failure);
}
