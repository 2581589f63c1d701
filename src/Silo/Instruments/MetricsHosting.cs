using OpenTelemetry.Metrics;

namespace Platform.Silo.Instruments;

/// <summary>Registers metrics and the management server, for both hosts.</summary>
public static class MetricsHosting
{
    // Of the platform, Orleans, HTTP, SignalR and the runtime.
    private static readonly string[] Meters =
        ["Platform.*", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http.Connections", "System.Runtime"];

    public static void AddPlatformMetrics(this IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(Meters)
            .AddView(MetricStreams.Of)
            .AddPrometheusExporter(exporter =>
            {
                exporter.ScopeInfoEnabled = false; // Instrument names are unique, so the name of the meter adds nothing.
                exporter.TargetInfoEnabled = false; // Its id changes at every start; Prometheus names its targets itself.
            }));
        services.AddSingleton<ManagementServer>();
        services.AddHostedService(provider => provider.GetRequiredService<ManagementServer>());
    }
}
