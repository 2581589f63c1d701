using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Silo;

/// <summary>What a silo looks after again and again. A round that fails is told, and the next one tries again.</summary>
public abstract partial class Upkeep(TimeSpan every, TimeProvider time, ILogger logger) : BackgroundService
{
    protected TimeProvider Time { get; } = time;

    protected abstract Task RoundAsync(CancellationToken stoppingToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
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
    }

    [LoggerMessage(1, LogLevel.Warning, "A round of {Upkeep} was not finished; it is tried again.")]
    private static partial void LogPostponed(ILogger logger, string upkeep, Exception exception);
}
