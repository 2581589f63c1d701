using Microsoft.AspNetCore.SignalR;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Push;

/// <summary>Registers the services and the route of live updates.</summary>
[Services]
public static class LiveHosting
{
    public static void Add(IServiceCollection services) => services.AddSignalR(hub =>
        {
            hub.MaximumReceiveMessageSize = 4 * 1024;
            hub.AddFilter<LiveRefusals>();
        })
        .AddJsonProtocol(json => PlatformJson.Configure(json.PayloadSerializerOptions));

    /// <summary>Adds <see cref="LiveGuard"/>. Must come after authentication and before the routes.</summary>
    public static void UseLiveGuard(this WebApplication app) => app.UseWhen(
        static http => http.Request.Path.StartsWithSegments(LiveHub.Route, StringComparison.OrdinalIgnoreCase),
        static hub => hub.Use(next =>
        {
            var guard = hub.ApplicationServices.GetRequiredService<LiveGuard>();
            return http => guard.InvokeAsync(http, next);
        }));

    /// <summary>Maps the hub. Any signed-in caller may connect; each subscription is authorised separately.</summary>
    public static void MapLive(this WebApplication app) => app.MapHub<LiveHub>(LiveHub.Route, hub =>
    {
        hub.CloseOnAuthenticationExpiration = true;
        hub.TransportMaxBufferSize = 64 * 1024;
        hub.ApplicationMaxBufferSize = 16 * 1024;
    }).ForAnyCaller().EvenWhenSuspended().TokenInQuery();
}
