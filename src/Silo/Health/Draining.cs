using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Platform.Silo.Health;

/// <summary>
/// Delays a stop by Platform:DrainDelay (default none). Meanwhile readiness is off and everything still works, so that a load
/// balancer sends requests elsewhere before the first refused connection.
/// </summary>
internal sealed class Draining(IConfiguration configuration, TimeProvider time) : IHostedLifecycleService
{
    public Task StoppingAsync(CancellationToken cancellationToken) =>
        TimeSpan.TryParse(configuration["Platform:DrainDelay"], CultureInfo.InvariantCulture, out var delay) && delay > TimeSpan.Zero
            ? Task.Delay(delay, time, cancellationToken)
            : Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Not ready as soon as the process starts to stop.</summary>
internal sealed class StoppingHealth(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Unhealthy("stopping")
            : HealthCheckResult.Healthy("no"));
}
