using Microsoft.Extensions.Logging;
using Platform.Activities;
using Platform.Grains.Engine;

namespace Platform.Storage.Activities;

/// <summary>
/// Ends authorised activities whose time has run out, about once a second, and takes up what nobody has brought to its end although it is
/// long due: the process of an organisation in which nothing happens any more may not run. Every silo looks: resuming twice does no harm.
/// </summary>
public sealed class ActivityUpkeep(ActivityQueries activities, IGrainFactory grains, TimeProvider time, ILogger<ActivityUpkeep> logger)
    : Upkeep(TimeSpan.FromSeconds(1), time, logger)
{
    private const int AtOnce = 200;

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        var due = await activities.DueAsync(Time.GetUtcNow(), AtOnce, stoppingToken);
        await ForEachAsync(due, 16, ResumeAsync, stoppingToken);
    }

    private Task ResumeAsync(EntityKey key)
    {
        Caller.Set(key.OrganisationId);
        return grains.GetGrain<IActivityGrain>(key.ToString()).ResumeAsync();
    }
}
