using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Platform.Silo.Health;

/// <summary>A second hand on the thread pool. When it has not moved for half a minute, this process is stuck.</summary>
internal sealed class ProgressHealth(TimeProvider time) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private long _moved = time.GetTimestamp();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var since = time.GetElapsedTime(Volatile.Read(ref _moved));
        return Task.FromResult(since < Patience
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"no progress for {since.TotalSeconds:0} s"));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        do
        {
            Volatile.Write(ref _moved, time.GetTimestamp());
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
