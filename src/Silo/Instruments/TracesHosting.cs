using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orleans.Hosting;
using Platform.Grains.Engine.Streams;
using Platform.Grains.Metrics;
using Platform.Identity;
using Platform.Storage.Engine;

namespace Platform.Silo.Instruments;

/// <summary>
/// Sends spans by OTLP to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>. Without that variable nothing listens, so that no span is made. The other
/// variables of OpenTelemetry (service name, sampler, protocol, headers) are read by its own packages.
/// </summary>
public static class TracesHosting
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string GrainCalls = "Microsoft.Orleans.Application";

    /// <summary>Whether spans have somewhere to go.</summary>
    public static bool IsTraced(this IConfiguration configuration) => !string.IsNullOrEmpty(configuration[EndpointKey]);

    /// <summary>Adds the spans of HTTP, of grains and of the database, and those of the named sources of the host.</summary>
    public static void AddPlatformTraces(this IHostApplicationBuilder builder, params string[] sources)
    {
        if (!builder.Configuration.IsTraced())
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            // The variables come last, so that they win.
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector())
            .WithTracing(traces => traces
                .AddSource([GrainCalls, StreamInstruments.Name, MetricInstruments.Name, .. sources])
                .AddStorageTraces()
                .AddAspNetCoreInstrumentation(requests => requests.Filter = IsWorthATrace)
                .AddHttpClientInstrumentation()
                .AddProcessor(new NoOrphans())
                .AddOtlpExporter());
    }

    /// <summary>Makes grain calls of this silo spans of the trace that they belong to, where traces are sent.</summary>
    internal static void AddPlatformTraces(this ISiloBuilder silo)
    {
        if (silo.Configuration.IsTraced())
        {
            silo.AddActivityPropagation();
        }
    }

    /// <summary>The same for a client of the cluster.</summary>
    internal static void AddPlatformTraces(this IClientBuilder client)
    {
        if (client.Configuration.IsTraced())
        {
            client.AddActivityPropagation();
        }
    }

    // Not what machines ask every few seconds, of the public port and of the management port. Nor the pages of letters, whose addresses,
    // which a span has, end in tokens.
    private static bool IsWorthATrace(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) && http.Request.Path != "/metrics" &&
        !LetterPaths.All.Any(page => http.Request.Path.StartsWithSegments(page, StringComparison.OrdinalIgnoreCase));
}
