using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Platform.Api.Admin;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Wallets;

namespace Platform.Api.Push;

/// <summary>
/// The SignalR hub for live updates of the caller's organisation. <c>Subscribe</c> sends a <c>snapshot</c>, then an <c>update</c> for each
/// changed widget; <c>Resume</c> continues after an offset if it is still buffered. <c>SubscribeWallet</c> sends a <c>walletSnapshot</c>,
/// then a <c>walletUpdate</c> for each transaction. <c>SubscribeAdmin</c> sends <c>adminSnapshot</c>, then <c>adminUpdate</c>, about the
/// whole platform. Any signed-in caller may connect; each subscription is authorised separately.
/// </summary>
[Authorize]
public sealed class LiveHub(
    LiveFeeds feeds, LiveConnections connections, WalletFeeds walletFeeds, WalletConnections wallets, LiveAccess access,
    EntityGrains grains,
    AdminFeed admin, LiveGuard guard) : Hub
{
    public const string Route = "/hubs/live";

    /// <summary>The only dashboard so far: one widget per metric.</summary>
    public const string Overview = "overview";

    public Task<LiveSubscription> Subscribe(string dashboardId) => StartAsync(dashboardId, null, 0);

    public Task<LiveSubscription> Resume(string dashboardId, string epoch, long offset) => StartAsync(dashboardId, epoch, offset);

    public async Task Unsubscribe(string dashboardId)
    {
        _ = RequireDashboard(dashboardId);
        await connections.StopAsync(Context.ConnectionId);
    }

    public Task SubscribeAdmin(string timeZone) => admin.SubscribeAsync(Context, Clients.Caller, timeZone);

    public Task UnsubscribeAdmin()
    {
        admin.Unsubscribe(Context);
        return Task.CompletedTask;
    }

    public async Task<WalletSubscription> SubscribeWallet(Guid walletId)
    {
        var caller = (SignedIn)Context.User!;
        Caller.Set(caller.OrganisationId);
        var wallet = await grains.Of<IWalletGrain>(caller.OrganisationId, walletId).AskAsync(static grain => grain.GetAsync());
        if (!wallet.IsSuccess)
        {
            throw new HubException($"{wallet.Error!.Code}: {wallet.Error.Message}");
        }

        if (!await access.CoversAsync(caller, wallet.Value.OwnerId))
        {
            throw Forbidden();
        }

        var feed = await walletFeeds.OpenAsync(new EntityKey(caller.OrganisationId, walletId), Context.ConnectionAborted);
        return await wallets.StartAsync(Context.ConnectionId, Clients.Caller, feed, wallet.Value.OwnerId)
            ? new WalletSubscription(walletId, wallet.Value.Sequence)
            : throw new HubException($"too-many-wallets: A connection can listen to at most {WalletConnections.PerConnection} wallets.");
    }

    public Task UnsubscribeWallet(Guid walletId) => wallets.StopAsync(Context.ConnectionId, walletId);

    public override Task OnConnectedAsync()
    {
        access.Watch(Context);
        return Task.CompletedTask;
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        guard.Ended(Context.GetHttpContext());
        access.Forget(Context);
        admin.Unsubscribe(Context);
        await connections.StopAsync(Context.ConnectionId);
        await wallets.StopAsync(Context.ConnectionId);
    }

    private async Task<LiveSubscription> StartAsync(string dashboardId, string? epoch, long offset)
    {
        var dashboard = RequireDashboard(dashboardId);
        var caller = (SignedIn)Context.User!;
        if (!await access.SeesMetricsAsync(caller))
        {
            throw Forbidden();
        }

        var feed = await feeds.OpenAsync(caller.OrganisationId, Context.ConnectionAborted);
        return await connections.StartAsync(Context.ConnectionId, Clients.Caller, feed, dashboard, epoch, offset);
    }

    private static HubException Forbidden() => new($"forbidden: {Problems.Forbidden.Detail}");

    private static string RequireDashboard(string dashboardId) =>
        dashboardId == Overview ? dashboardId : throw new HubException("not-found: There is no such dashboard.");
}
