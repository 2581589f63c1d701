using System.Data.Common;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Storage.Engine;

namespace Platform.Silo.Health;

/// <summary>Pings the database every two seconds. Unhealthy if the last answer is older than ten seconds, on the monotonic clock.</summary>
internal sealed class DatabaseHealth(PlatformDatabase database, TimeProvider time) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(10);

    // 0 until the first answer.
    private long _answered;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var answered = Volatile.Read(ref _answered);
        if (answered == 0)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("has not answered yet"));
        }

        var since = time.GetElapsedTime(answered);
        return Task.FromResult(since < MaxSilence
            ? HealthCheckResult.Healthy($"answered {since.TotalSeconds:0.0} s ago")
            : HealthCheckResult.Unhealthy($"last answered {since.TotalSeconds:0} s ago"));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), time);
        do
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                limit.CancelAfter(TimeSpan.FromSeconds(5));
                await database.PingAsync(limit.Token);
                Volatile.Write(ref _answered, time.GetTimestamp());
            }
            catch (Exception silent) when (silent is DbException or TimeoutException or OperationCanceledException)
            {
                // Readiness reports it; the next round pings again.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
