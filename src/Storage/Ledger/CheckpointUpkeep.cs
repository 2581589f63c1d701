using Microsoft.Extensions.Logging;
using Platform.Grains.Engine;

namespace Platform.Storage.Ledger;

/// <summary>
/// Closes each UTC day of every changed organisation with a signed checkpoint, soon after midnight, and the previous day at startup. Every
/// silo runs it; the store accepts only one checkpoint.
/// </summary>
public sealed class CheckpointUpkeep(Checkpoints checkpoints, TimeProvider time, ILogger<CheckpointUpkeep> logger)
    : Upkeep(TimeSpan.FromMinutes(1), time, logger, startsAtOnce: true)
{
    private DateOnly? _closed;

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        var day = DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime).AddDays(-1);
        if (day == _closed)
        {
            return;
        }

        foreach (var organisation in await checkpoints.DueAsync(day, stoppingToken))
        {
            await checkpoints.CloseAsync(organisation, day, stoppingToken);
        }

        _closed = day;
    }
}
