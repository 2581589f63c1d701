using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Platform.Silo.Health;

/// <summary>
/// /health/live checks only that this process makes progress, because a restart would not repair a database.
/// /health/ready checks that it can serve: it is a member of the cluster, the database answered recently, and it is not stopping.
/// </summary>
public static class HealthHosting
{
    /// <summary>The tag of readiness checks.</summary>
    public const string Ready = "ready";

    /// <summary>The tag of liveness checks.</summary>
    public const string Live = "live";

    internal static void AddPlatformHealth(this IServiceCollection services)
    {
        services.AddSingleton<DatabaseHealth>();
        services.AddHostedService(provider => provider.GetRequiredService<DatabaseHealth>());
        services.AddSingleton<ProgressHealth>();
        services.AddHostedService(provider => provider.GetRequiredService<ProgressHealth>());
        services.AddHostedService<Draining>();
        services.AddHealthChecks()
            .AddCheck<ProgressHealth>("progress", tags: [Live])
            .AddCheck<DatabaseHealth>("database", tags: [Ready])
            .AddCheck<StoppingHealth>("stopping", tags: [Ready]);
    }

    public static IEndpointRouteBuilder MapPlatformHealth(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/health/live", Live);
        Map(routes, "/health/ready", Ready);
        return routes;
    }

    private static void Map(IEndpointRouteBuilder routes, string path, string tag) =>
        routes.MapHealthChecks(path, new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(tag),
            ResponseWriter = WriteAsync,
            ResultStatusCodes =
            {
                [HealthStatus.Degraded] = StatusCodes.Status200OK,
                [HealthStatus.Unhealthy] = StatusCodes.Status503ServiceUnavailable,
            },
        });

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            status = report.Status.ToString(),
            checks = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Description ?? entry.Value.Status.ToString()),
        }));
    }
}
