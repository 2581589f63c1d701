using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Grains.Engine;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Ledger;

/// <summary>
/// Continuously passes over all wallets and checks those that have changed, at a limited rate. Silos share the work: each skips what
/// another has checked.
/// </summary>
public sealed partial class SelfCheckUpkeep(
    SelfCheck check, CheckTable checks, IOptions<LedgerOptions> options, TimeProvider time, ILogger<SelfCheckUpkeep> logger)
    : Upkeep(options.Value.CheckEvery, time, logger)
{
    private const int AtOnce = 500;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Value.CheckedPerSecond <= 0 ? Task.CompletedTask : base.ExecuteAsync(stoppingToken);

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        EntityKey? last = null;
        do
        {
            (var due, last) = await checks.DueAsync(last, Time.GetUtcNow() - options.Value.RecheckAfter, AtOnce, stoppingToken);
            foreach (var organisation in due.GroupBy(key => key.OrganisationId))
            {
                var known = await check.LastAsync(organisation.Key, stoppingToken);
                foreach (var key in organisation)
                {
                    await CheckAsync(key, known, stoppingToken);
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

            // The fixed cost of a check, in versions.
            const int Overhead = 5;
            await Task.Delay(
                TimeSpan.FromSeconds((wallet.Version + Overhead) / (double)options.Value.CheckedPerSecond), Time, cancellationToken);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or JournalUnavailableException))
        {
            LogNotChecked(logger, key, exception); // Continues with the others.
        }
    }

    [LoggerMessage(2, LogLevel.Error, "The wallet {Key} could not be checked.")]
    private static partial void LogNotChecked(ILogger logger, EntityKey key, Exception exception);
}
