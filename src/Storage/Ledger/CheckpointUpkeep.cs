using Microsoft.Extensions.Logging;
using Platform.Grains.Engine;

namespace Platform.Storage.Ledger;

/// <summary>
/// Closes each day, in UTC, of every organisation that had changes with a signed checkpoint, soon after midnight; at the start the
/// last day that is over. Every silo does: the store lets one of them.
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
