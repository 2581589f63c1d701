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
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.Audit;
using Platform.Api.Security.RateLimits;
using Platform.Api.Security.Tokens;
using Platform.Grains.Engine.Registration;
using Platform.Grains;
using Platform.Silo.Health;
using Platform.Silo.Hosting;
using Platform.Silo.Instruments;
using Platform.Storage;

namespace Platform.Api.Host;

/// <summary>The services and the order of the front door.</summary>
public static class ApiHosting
{
    private static readonly Assembly[] Parts =
        [typeof(GrainsRegistration).Assembly, typeof(StorageRegistration).Assembly, typeof(ApiHosting).Assembly];

    public static void AddPlatformLogging(this ILoggingBuilder logging) => logging
        .ClearProviders()
        .AddJsonConsole(SiloHosting.Console)
        .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
        .AddFilter(LiveRefusals.Category, LogLevel.None) // LiveRefusals writes what is a failure.
        .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None) // Readiness answers it to whoever asks.
        .AddFilter(typeof(BearerHandler).FullName, LogLevel.Warning)
        .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);

    public static void AddPlatformApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4 * BodyReader.MaxBytes; // What is somewhat too large is read to its end, so that the client sees the answer.
            RequestLimits.Configure(kestrel.Limits);
        });
        services.ConfigureHttpJsonOptions(json => PlatformJson.Configure(json.SerializerOptions));
        services.AddDataProtection().UseEphemeralDataProtectionProvider(); // Nothing is protected by it: tokens have keys of their own.
        services.AddAuthorization();
        foreach (var assembly in Parts)
        {
            services.AddFound(assembly);
        }

        services.AddPlatformOpenApi();
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(builder.Configuration.GetSection("Platform:Cors:Origins").Get<string[]>() ?? [])
            .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .WithHeaders("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "traceparent", "x-requested-with", "x-signalr-user-agent")
            .WithExposedHeaders("ETag", "Location", "Idempotency-Replayed", "Retry-After", "RateLimit", "RateLimit-Policy", "WWW-Authenticate")
            .AllowCredentials()));
        if (builder.Configuration.GetSection("Platform:Proxies").Get<string[]>() is { Length: > 0 } proxies)
        {
            services.Configure<ForwardedHeadersOptions>(options => Trust(options, proxies));
        }
    }

    /// <summary>What runs in the background of a serving process. It starts after the silo or the client, and before requests.</summary>
    public static void AddPlatformBackground(this IServiceCollection services)
    {
        services.AddPlatformMetrics();
        services.AddHostedService(provider => provider.GetRequiredService<AuditTrail>());
        services.AddHostedService(provider => provider.GetRequiredService<FirstStart>());
        services.AddHostedService<SigningKeyUpkeep>();
        services.AddFoundHosted(typeof(ApiHosting).Assembly);
        services.AddHostedService(provider => provider.GetRequiredService<WarmUp>());
        services.AddHealthChecks().AddCheck<WarmUp>("warm", tags: [HealthHosting.Ready]);
        services.AddHostedService<Announcement>(); // The last one: it tells of what the others have done.
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
        app.UseEndpoints(static _ => { }); // Makes the routes known to the document even where nothing is served.
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

    // Only what is configured is believed; the framework's default of loopback is not.
    private static void Trust(ForwardedHeadersOptions options, string[] proxies)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        options.ForwardLimit = null; // Back to the first that is not one of these, however many of them stand in a row.
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
