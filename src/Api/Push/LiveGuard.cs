using System.Collections.Concurrent;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Identity;
using Platform.Api.Security;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Push;

/// <summary>
/// Protects the hub. It refuses pages of foreign origins, because neither CORS nor a token in the URL stops a web socket. It also ties a
/// long-polling or server-sent-events connection to its caller, because SignalR only logs if another user continues it.
/// </summary>
[Singleton]
public sealed class LiveGuard(IOptions<CorsOptions> cors, IOptions<AuthOptions> auth)
{
    private static readonly Problem ForeignOrigin =
        new(403, "foreign-origin", "This origin may not open live connections. Allow it in Platform:Cors:Origins.");
    private static readonly Problem OtherOwner = new(403, "forbidden", "This connection belongs to another user.");

    private readonly string[] _origins =
    [
        .. cors.Value.GetPolicy(cors.Value.DefaultPolicyName)?.Origins ?? [],
        .. auth.Value.PublicUrl is { } own ? [new Uri(own).GetLeftPart(UriPartial.Authority)] : Array.Empty<string>(),
    ];

    // Keyed by the connection's secret id, while it is open.
    private readonly ConcurrentDictionary<string, EntityKey> _owners = new(StringComparer.Ordinal);

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers.Origin is { Count: > 0 } origin && !IsAllowed(origin.ToString(), http.Request))
        {
            await ForeignOrigin.ExecuteAsync(http);
            return;
        }

        if (http.WebSockets.IsWebSocketRequest || http.User is not SignedIn caller ||
            http.Request.Query["id"] is not { Count: 1 } ids || ids[0] is not { } id)
        {
            await next(http); // A web socket is a single request of a single caller.
            return;
        }

        if (_owners.GetOrAdd(id, caller.Key) != caller.Key)
        {
            await OtherOwner.ExecuteAsync(http);
            return;
        }

        await next(http);
        if (http.Response.StatusCode == StatusCodes.Status404NotFound || HttpMethods.IsDelete(http.Request.Method))
        {
            _owners.TryRemove(id, out _);
        }
    }

    /// <summary>Forgets the owner of a closed connection.</summary>
    public void Ended(HttpContext? http)
    {
        if (http?.Request.Query["id"] is { Count: 1 } ids && ids[0] is { } id)
        {
            _owners.TryRemove(id, out _);
        }
    }

    private bool IsAllowed(string origin, HttpRequest request) =>
        _origins.Contains(origin, StringComparer.OrdinalIgnoreCase) ||
        (Uri.TryCreate(origin, UriKind.Absolute, out var from) &&
            string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
}
