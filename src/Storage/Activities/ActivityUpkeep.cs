using Microsoft.Extensions.Logging;
using Platform.Activities;
using Platform.Grains.Engine;

namespace Platform.Storage.Activities;

/// <summary>
/// Expires overdue authorised activities, about once a second, and resumes unfinished ones, since the process grain of an organisation
/// without new events may not run. Every silo runs it; resuming twice is harmless.
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
