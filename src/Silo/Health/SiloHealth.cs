using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Platform.Silo.Health;

/// <summary>Whether the silo in this process is an active member of its cluster.</summary>
internal sealed class SiloHealth(ISiloStatusOracle oracle) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(oracle.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy(nameof(SiloStatus.Active))
            : HealthCheckResult.Unhealthy(oracle.CurrentStatus.ToString()));
}

/// <summary>Whether the client in this process is connected to at least one gateway.</summary>
internal sealed class GatewayHealth : IHealthCheck
{
    private int _connected;

    public int Connected
    {
        get => Volatile.Read(ref _connected);
        set => Volatile.Write(ref _connected, value);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Connected > 0
            ? HealthCheckResult.Healthy($"{Connected} connected")
            : HealthCheckResult.Unhealthy("none connected"));
}
