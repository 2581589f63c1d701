using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Grains.Engine;

/// <summary>Periodic maintenance on a silo. A round that fails is logged, and the next one tries again.</summary>
public abstract partial class Upkeep(TimeSpan every, TimeProvider time, ILogger logger, bool startsAtOnce = false) : BackgroundService
{
    protected TimeProvider Time { get; } = time;

    protected abstract Task RoundAsync(CancellationToken stoppingToken);

    /// <summary>
    /// Works on the items in parallel and returns how many succeeded. An item that fails is logged and does not delay the others.
    /// </summary>
    protected async Task<int> ForEachAsync<T>(IReadOnlyList<T> due, int parallelism, Func<T, Task> work, CancellationToken stoppingToken)
    {
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = stoppingToken };
        await Parallel.ForEachAsync(due, options, async (item, _) =>
        {
            try
            {
                await work(item);
                Interlocked.Increment(ref done);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogItemFailed(logger, GetType().Name, $"{item}", exception);
            }
        });
        return done;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, Time);
        if (!startsAtOnce)
        {
            await timer.WaitForNextTickAsync(stoppingToken);
        }

        do
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogRoundFailed(logger, GetType().Name, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(2, LogLevel.Warning, "{Upkeep} failed for {What}; it will retry.")]
    private static partial void LogItemFailed(ILogger logger, string upkeep, string what, Exception exception);

    [LoggerMessage(1, LogLevel.Warning, "A round of {Upkeep} failed; it will retry.")]
    private static partial void LogRoundFailed(ILogger logger, string upkeep, Exception exception);
}
