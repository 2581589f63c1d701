using Microsoft.Extensions.Logging;
using Platform.Grains.Engine;
using Platform.Grains.Metrics;
using Platform.Grains.Wallets;
using Platform.Metrics;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// Wakes the consumers of organisations that have committed something which is not folded: after a crash, a rebuild or an upgrade the
/// stream sends nothing to an organisation where nothing happens. The figures of the platform would lack it, and a transfer that was the
/// organisation's last word would stay half done. Every silo looks: waking twice does no harm.
/// </summary>
public sealed class ConsumerUpkeep(ConsumersBehind behind, IGrainFactory grains, TimeProvider time, ILogger<ConsumerUpkeep> logger)
    : Upkeep(Every, time, logger)
{
    private const int Page = 200;
    private const int AtOnce = 4;
    private const int FirstRounds = 6;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MetricsSettled = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TransfersSettled = TimeSpan.FromSeconds(15); // The process stores its token every ten.

    private int _rounds;
    private long _lastIdle;

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        // Soon after the start and while there is something to wake, then now and then.
        if (_rounds++ >= FirstRounds && Time.GetElapsedTime(_lastIdle) < QuietEvery)
        {
            return;
        }

        var woken = await WakeAsync(OrganisationMetricsGrain.ConsumerName, MetricsSettled, WakeMetricsAsync, stoppingToken) +
            await WakeAsync(TransferProcessGrain.ConsumerName, TransfersSettled, WakeTransfersAsync, stoppingToken);
        if (woken == 0)
        {
            _lastIdle = Time.GetTimestamp();
        }
    }

    private async Task<int> WakeAsync(string consumer, TimeSpan settled, Func<Guid, Task> wake, CancellationToken stoppingToken)
    {
        var woken = 0;
        for (var after = Guid.Empty; ;)
        {
            var found = await behind.ListAsync(consumer, after, Time.GetUtcNow() - settled, Page, stoppingToken);
            await EachAsync(found, AtOnce, wake, stoppingToken);
            woken += found.Count;
            if (found.Count < Page)
            {
                return woken;
            }

            after = found[^1];
        }
    }

    // A question makes it read up to the head, or as far as it comes in a few seconds; it then goes on by itself.
    private Task WakeMetricsAsync(Guid organisationId)
    {
        Caller.Set(organisationId);
        return grains.GetGrain<IOrganisationMetricsGrain>(EntityKey.Of(organisationId).ToString()).ListAsync();
    }

    private Task WakeTransfersAsync(Guid organisationId)
    {
        Caller.Set(organisationId);
        return grains.GetGrain<ITransferProcessGrain>(EntityKey.Of(organisationId).ToString()).WakeAsync();
    }
}
