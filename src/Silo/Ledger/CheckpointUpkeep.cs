using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Silo.Ledger;

/// <summary>
/// Closes each day, in UTC, of every organisation that had changes with a signed checkpoint, soon after midnight; at the start the
/// last day that is over. Every silo does: the store lets one of them.
/// </summary>
public sealed partial class CheckpointUpkeep(Checkpoints checkpoints, TimeProvider time, ILogger<CheckpointUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateOnly? closed = null;
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            var day = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-1);
            if (day != closed)
            {
                try
                {
                    await CloseAsync(day, stoppingToken);
                    closed = day;
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    LogPostponed(logger, day, exception);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task CloseAsync(DateOnly day, CancellationToken cancellationToken)
    {
        foreach (var organisation in await checkpoints.DueAsync(day, cancellationToken))
        {
            await checkpoints.CloseAsync(organisation, day, cancellationToken);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Not every ledger has its checkpoint of {Day}; it is tried again.")]
    private static partial void LogPostponed(ILogger logger, DateOnly day, Exception exception);
}
