using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Grains.Common.Journal;
using Platform.Storage.ReadModels.Ledger;

namespace Platform.Silo.Ledger;

/// <summary>
/// Walks over all wallets again and again and checks those that have changed, at a bounded pace. Silos share the work: what one has
/// checked another passes over.
/// </summary>
public sealed partial class SelfCheckUpkeep(
    SelfCheck check, CheckTable checks, IOptions<LedgerOptions> options, TimeProvider time, ILogger<SelfCheckUpkeep> logger) : BackgroundService
{
    private const int AtOnce = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.CheckedPerSecond <= 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.Value.CheckEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PassAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogPostponed(logger, exception);
            }
        }
    }

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        EntityKey? last = null;
        do
        {
            (var due, last) = await checks.DueAsync(last, time.GetUtcNow() - options.Value.RecheckAfter, AtOnce, cancellationToken);
            foreach (var organisation in due.GroupBy(key => key.OrganisationId))
            {
                var known = await check.LastAsync(organisation.Key, cancellationToken);
                foreach (var key in organisation)
                {
                    await CheckAsync(key, known, cancellationToken);
                }
            }
        }
        while (last is not null);
    }

    private async Task CheckAsync(EntityKey key, KnownCheckpoint known, CancellationToken cancellationToken)
    {
        try
        {
            var (wallet, _) = await check.CheckAsync(key, known, cancellationToken);

            // What it costs to ask counts like some versions more.
            const int Asking = 5;
            await Task.Delay(TimeSpan.FromSeconds((wallet.Version + Asking) / (double)options.Value.CheckedPerSecond), time, cancellationToken);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or JournalUnavailableException))
        {
            LogNotChecked(logger, key, exception); // The others must be checked all the same.
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The self-check of the ledger was interrupted; it begins again.")]
    private static partial void LogPostponed(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "The wallet {Key} could not be checked.")]
    private static partial void LogNotChecked(ILogger logger, EntityKey key, Exception exception);
}
