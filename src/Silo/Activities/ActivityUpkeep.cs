using Microsoft.Extensions.Logging;
using Platform.Activities;
using Platform.Storage.ReadModels.Activities;

namespace Platform.Silo.Activities;

/// <summary>
/// Ends authorised activities whose time has run out, about once a second, and takes up what nobody has brought to its end although it is
/// long due: the process of an organisation in which nothing happens any more may not run. Every silo looks: resuming twice does no harm.
/// </summary>
public sealed partial class ActivityUpkeep(ActivityQueries activities, IGrainFactory grains, TimeProvider time, ILogger<ActivityUpkeep> logger)
    : Upkeep(TimeSpan.FromSeconds(1), time, logger)
{
    private const int AtOnce = 200;

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        var due = await activities.DueAsync(Time.GetUtcNow(), AtOnce, stoppingToken);
        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = stoppingToken }, async (key, _) => await ResumeAsync(key));
    }

    // One that cannot be resumed does not keep the others waiting.
    private async Task ResumeAsync(EntityKey key)
    {
        try
        {
            Caller.Set(key.OrganisationId);
            await grains.GetGrain<IActivityGrain>(key.ToString()).ResumeAsync();
        }
        catch (Exception exception)
        {
            LogPostponed(logger, exception);
        }
    }

    [LoggerMessage(2, LogLevel.Warning, "An activity was not brought to its end; it is tried again.")]
    private static partial void LogPostponed(ILogger logger, Exception exception);
}
