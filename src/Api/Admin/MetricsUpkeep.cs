using Platform.Api.Common;
using Platform.Grains.Metrics;
using Platform.Grains.Wallets;
using Platform.Storage.ReadModels.Admin;

namespace Platform.Api.Admin;

/// <summary>
/// Wakes the metrics of organisations that have committed something which is not folded: after a rebuild or an upgrade nobody asks for
/// those of an organisation where nothing happens, and the figures of the platform would lack it. The same for the process that
/// finishes transfers: after a crash it may have been the organisation's last word.
/// </summary>
public sealed partial class MetricsUpkeep(AdminQueries queries, EntityGrains grains, TimeProvider time, ILogger<MetricsUpkeep> logger) : BackgroundService
{
    private const int Page = 200;
    private const int AtOnce = 4;
    private static readonly TimeSpan ProcessSettled = TimeSpan.FromSeconds(15); // It stores its token every ten.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var round = 0; ; round++)
            {
                var woken = await WakeAsync(OrganisationMetricsGrain.ConsumerName, Settled, WakeMetricsAsync, stoppingToken) +
                    await WakeAsync(TransferProcessGrain.ConsumerName, ProcessSettled, WakeTransfersAsync, stoppingToken);
                await Task.Delay(woken > 0 || round < 6 ? Soon : Every, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task<int> WakeAsync(string consumer, TimeSpan settled, Func<Guid, Task> wake, CancellationToken stoppingToken)
    {
        var woken = 0;
        try
        {
            for (var after = Guid.Empty; ;)
            {
                var behind = await queries.BehindAsync(consumer, after, time.GetUtcNow() - settled, Page, stoppingToken);
                await Parallel.ForEachAsync(
                    behind, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, async (id, _) => await wake(id));
                woken += behind.Count;
                if (behind.Count < Page)
                {
                    return woken;
                }

                after = behind[^1];
            }
        }
#pragma warning disable CA1031 // Whatever it is, it is tried again.
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Stumbled(logger, exception.GetType().Name);
            return woken;
        }
    }

    // A question makes it read up to the head, or as far as it comes in a few seconds; it then goes on by itself.
    private async Task WakeMetricsAsync(Guid organisationId)
    {
        Caller.Set(organisationId);
        var listed = await GrainCalls.CallAsync(grains.Metrics(organisationId), static grain => grain.ListAsync());
        if (!listed.IsSuccess)
        {
            Stumbled(logger, listed.Error.Code);
        }
    }

    private Task WakeTransfersAsync(Guid organisationId)
    {
        Caller.Set(organisationId);
        return grains.Factory.GetGrain<ITransferProcessGrain>(EntityKey.Of(organisationId).ToString()).WakeAsync();
    }

    [LoggerMessage(1, LogLevel.Warning, "The metrics of some organisations could not be woken; it is tried again: {Failure}")]
    private static partial void Stumbled(ILogger logger, string failure);
}
