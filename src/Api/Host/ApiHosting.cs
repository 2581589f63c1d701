using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using Platform.Api.Host.OpenApi;
using Platform.Api.Http;
using Platform.Api.Http.Pages;
using Platform.Api.Identity.Letters;
using Platform.Api.Identity.Sessions;
using Platform.Api.Push;
using Platform.Api.Security.Access;
using Platform.Api.Security.Audit;
using Platform.Api.Security.RateLimits;
using Platform.Api.Security.Tokens;
using Platform.Grains;
using Platform.Grains.Engine.Registration;
using Platform.Silo.Health;
using Platform.Silo.Hosting;
using Platform.Silo.Instruments;
using Platform.Storage;

namespace Platform.Api.Host;

/// <summary>Registers the services of the REST API and builds its pipeline.</summary>
public static class ApiHosting
{
    private static readonly Assembly[] Parts =
        [typeof(GrainsRegistration).Assembly, typeof(StorageRegistration).Assembly, typeof(ApiHosting).Assembly];

    public static void AddPlatformLogging(this ILoggingBuilder logging) => logging
        .ClearProviders()
        .AddJsonConsole(SiloHosting.Console)
        .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
        .AddFilter(LiveRefusals.Category, LogLevel.None) // LiveRefusals logs the real failures.
        .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None) // The readiness endpoint reports them.
        .AddFilter(typeof(BearerHandler).FullName, LogLevel.Warning)
        .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);

    public static void AddPlatformApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Reads a slightly too large body to its end, so that the client sees the 413.
            kestrel.Limits.MaxRequestBodySize = 4 * BodyReader.MaxBytes;
            RequestLimits.Configure(kestrel.Limits);
        });
        services.ConfigureHttpJsonOptions(json => PlatformJson.Configure(json.SerializerOptions));
        services.AddDataProtection().UseEphemeralDataProtectionProvider(); // Protects nothing: tokens have their own keys.
        services.AddAuthorization();
        foreach (var assembly in Parts)
        {
            services.AddFound(assembly);
        }

        services.AddPlatformOpenApi();
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(builder.Configuration.GetSection("Platform:Cors:Origins").Get<string[]>() ?? [])
            .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .WithHeaders(
                "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "traceparent", "x-requested-with",
                "x-signalr-user-agent")
            .WithExposedHeaders(
                "ETag", "Location", "Idempotency-Replayed", "Retry-After", "RateLimit", "RateLimit-Policy", "WWW-Authenticate")
            .AllowCredentials()));
        if (builder.Configuration.GetSection("Platform:Proxies").Get<string[]>() is { Length: > 0 } proxies)
        {
            services.Configure<ForwardedHeadersOptions>(options => Trust(options, proxies));
        }
    }

    /// <summary>Registers the background services. They start after the silo or client, and before requests.</summary>
    public static void AddPlatformBackground(this IServiceCollection services)
    {
        services.AddPlatformMetrics();
        services.AddHostedService(provider => provider.GetRequiredService<AuditTrail>());
        services.AddHostedService(provider => provider.GetRequiredService<FirstStart>());
        services.AddHostedService<SigningKeyUpkeep>();
        services.AddFoundHosted(typeof(ApiHosting).Assembly);
        services.AddHostedService(provider => provider.GetRequiredService<WarmUp>());
        services.AddHealthChecks().AddCheck<WarmUp>("warm", tags: [HealthHosting.Ready]);
        services.AddHostedService<Announcement>(); // Last: it reports what the others did.
    }

    public static void UsePlatformApi(this WebApplication app)
    {
        if (app.Configuration.GetSection("Platform:Proxies").Exists())
        {
            app.UseForwardedHeaders();
        }

        app.UseSecurityHeaders();
        app.UseProblems();
        if (app.Configuration.GetValue("Platform:HttpsRedirect", !app.Environment.IsDevelopment()))
        {
            app.UseHsts();
            app.UseHttpsRedirection();
        }

        app.UsePlatformOpenApi();
        app.UseRouting();
        app.UseCors();
        app.UseAuthentication();
        app.UseRateLimits();
        app.UseRequestLimits();
        app.UseAuthorization();
        app.UseAccessControl();
        app.UseLiveGuard();
        app.MapPlatformApi();
        app.UseEndpoints(static _ => { }); // Registers the routes for the OpenAPI document even if nothing is served.
    }

    private static void MapPlatformApi(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1").RequireAuthorization();
        foreach (var (type, _) in Scan.Marked<RoutesAttribute>(typeof(ApiHosting).Assembly))
        {
            Scan.Method<RouteGroupBuilder>(type)(api);
        }

        app.MapStartPage();
        app.MapLetterPages();
        app.MapJwks();
        app.MapPlatformHealth();
        app.MapLive();
        app.RequireDeclaredAccess();
    }

    // Trusts only configured proxies, not loopback as the framework does by default.
    private static void Trust(ForwardedHeadersOptions options, string[] proxies)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        options.ForwardLimit = null; // Follows any number of trusted proxies, back to the first untrusted address.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (proxy.Contains('/', StringComparison.Ordinal))
            {
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
            else
            {
                options.KnownProxies.Add(IPAddress.Parse(proxy));
            }
        }
    }
}
