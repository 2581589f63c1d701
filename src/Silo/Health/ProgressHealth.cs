using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Platform.Silo.Health;

/// <summary>A tick every second on the thread pool. Unhealthy if there was none for 30 seconds: the process is stuck.</summary>
internal sealed class ProgressHealth(TimeProvider time) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(30);
    private long _lastTick = time.GetTimestamp();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var since = time.GetElapsedTime(Volatile.Read(ref _lastTick));
        return Task.FromResult(since < MaxSilence
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"no progress for {since.TotalSeconds:0} s"));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        do
        {
            Volatile.Write(ref _lastTick, time.GetTimestamp());
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
