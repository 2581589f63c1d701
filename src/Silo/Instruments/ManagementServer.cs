using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Platform.Silo.Instruments;

/// <summary>
/// Serves /metrics on a separate port, <c>Management:Port</c>, of <c>Management:Address</c> (loopback), never on the public port.
/// The default port is 9464, or any free one if that is in use; 0 means any free one.
/// </summary>
public sealed partial class ManagementServer(
    MeterProvider metrics, IOptionsMonitor<PrometheusAspNetCoreOptions> exporter, IConfiguration configuration,
    ILogger<ManagementServer> logger) : IHostedService
{
    private const string MetricsPath = "/metrics";
    private const int DefaultPort = 9464;
    private WebApplication? _server;

    /// <summary>The address of the metrics; null before the start.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var configured = configuration.GetValue<int?>("Management:Port");
        try
        {
            await ListenAsync(configured ?? DefaultPort, cancellationToken);
        }
        catch (IOException) when (configured is null)
        {
            await ListenAsync(0, cancellationToken);
        }

        Listening(logger, Address);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    private async Task ListenAsync(int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Parse(configuration["Management:Address"] ?? "127.0.0.1"), port);
        });
        builder.Services.AddSingleton(exporter); // The middleware gets its options from its own host.
        var server = builder.Build();
        server.UseOpenTelemetryPrometheusScrapingEndpoint(
            metrics, predicate: null, MetricsPath, configureBranchedPipeline: null, optionsName: null);
        server.Run(RefuseAsync);
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        _server = server;
        var addresses = server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        Address = new Uri(new Uri(addresses.First()), MetricsPath);
    }

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        http.Response.ContentType = "application/problem+json";
        return http.Response.WriteAsync("""{"type":"urn:problem:not-found","title":"Not found","status":404,"code":"not-found"}""");
    }

    [LoggerMessage(1, LogLevel.Information, "Metrics are at {Address}")]
    private static partial void Listening(ILogger logger, Uri? address);
}
