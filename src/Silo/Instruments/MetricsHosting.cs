using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace Platform.Silo.Instruments;

/// <summary>Registers the measuring and its port, for both hosts.</summary>
public static class MetricsHosting
{
    // Those of the platform, of Orleans, of HTTP and SignalR, and of the runtime.
    private static readonly string[] Meters =
        ["Platform.*", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http.Connections", "System.Runtime"];

    public static void AddPlatformMetrics(this IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(Meters)
            .AddView(MetricStreams.Of)
            .AddPrometheusExporter(exporter =>
            {
                exporter.ScopeInfoEnabled = false; // No two meters share a name, so the name of the meter would only be bytes.
                exporter.TargetInfoEnabled = false; // It has a new id after every start; Prometheus names its targets itself.
            }));
        services.AddSingleton<ManagementServer>();
        services.AddHostedService(provider => provider.GetRequiredService<ManagementServer>());
    }
}
