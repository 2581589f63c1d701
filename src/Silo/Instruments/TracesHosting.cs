using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Platform.Grains.Engine.Streams;
using Platform.Grains.Metrics;
using Platform.Identity;
using Platform.Storage.Engine;

namespace Platform.Silo.Instruments;

/// <summary>
/// Sends spans by OTLP to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>. If that variable is not set, no spans are created. The OpenTelemetry
/// packages read their other variables (service name, sampler, protocol, headers) themselves.
/// </summary>
public static class TracesHosting
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string GrainCalls = "Microsoft.Orleans.Application";

    /// <summary>Whether an endpoint for spans is configured.</summary>
    public static bool IsTraced(this IConfiguration configuration) => !string.IsNullOrEmpty(configuration[EndpointKey]);

    /// <summary>Adds the spans of HTTP, grains, the database and the given sources.</summary>
    public static void AddPlatformTraces(this IHostApplicationBuilder builder, params string[] sources)
    {
        if (!builder.Configuration.IsTraced())
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            // The environment variables come last, so that they take precedence.
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector())
            .WithTracing(traces => traces
                .AddSource([GrainCalls, StreamInstruments.Name, MetricInstruments.Name, .. sources])
                .AddStorageTraces()
                .AddAspNetCoreInstrumentation(requests => requests.Filter = ShouldTrace)
                .AddHttpClientInstrumentation()
                .AddProcessor(new NoOrphans())
                .AddOtlpExporter());
    }

    /// <summary>Propagates traces through grain calls of this silo, if tracing is on.</summary>
    internal static void AddPlatformTraces(this ISiloBuilder silo)
    {
        if (silo.Configuration.IsTraced())
        {
            silo.AddActivityPropagation();
        }
    }

    /// <summary>Propagates traces through grain calls of this client, if tracing is on.</summary>
    internal static void AddPlatformTraces(this IClientBuilder client)
    {
        if (client.Configuration.IsTraced())
        {
            client.AddActivityPropagation();
        }
    }

    // Not the periodic requests of monitoring on either port. Not the pages of letters: their URLs, which spans contain, end in tokens.
    private static bool ShouldTrace(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) && http.Request.Path != "/metrics" &&
        !LetterPaths.All.Any(page => http.Request.Path.StartsWithSegments(page, StringComparison.OrdinalIgnoreCase));
}
