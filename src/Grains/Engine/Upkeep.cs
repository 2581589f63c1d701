using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Grains.Engine;

/// <summary>What a silo looks after again and again. A round that fails is told, and the next one tries again.</summary>
public abstract partial class Upkeep(TimeSpan every, TimeProvider time, ILogger logger, bool beginsAtOnce = false) : BackgroundService
{
    protected TimeProvider Time { get; } = time;

    protected abstract Task RoundAsync(CancellationToken stoppingToken);

    /// <summary>Does each, some at once, and says how many were done. One that fails is told and does not keep the others waiting.</summary>
    protected async Task<int> EachAsync<T>(IReadOnlyList<T> due, int atOnce, Func<T, Task> work, CancellationToken stoppingToken)
    {
        var done = 0;
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = stoppingToken }, async (one, _) =>
        {
            try
            {
                await work(one);
                Interlocked.Increment(ref done);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogPassedOver(logger, GetType().Name, $"{one}", exception);
            }
        });
        return done;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, Time);
        if (!beginsAtOnce)
        {
            await timer.WaitForNextTickAsync(stoppingToken);
        }

        do
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogPostponed(logger, GetType().Name, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(2, LogLevel.Warning, "{Upkeep} passed over {What}; it is tried again.")]
    private static partial void LogPassedOver(ILogger logger, string upkeep, string what, Exception exception);

    [LoggerMessage(1, LogLevel.Warning, "A round of {Upkeep} was not finished; it is tried again.")]
    private static partial void LogPostponed(ILogger logger, string upkeep, Exception exception);
}
