using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Storage.ReadModels.Wallets;
using Platform.Wallets;

namespace Platform.Silo.Wallets;

/// <summary>
/// Ends holds and promotional credit whose time has come, about once a second. A wallet that is used does so by itself at its next
/// command; this is for those that are not. Every silo looks: a second one finds nothing left to do.
/// </summary>
public sealed partial class ExpiryUpkeep(WalletQueries wallets, IGrainFactory grains, TimeProvider time, ILogger<ExpiryUpkeep> logger) : BackgroundService
{
    private const int AtOnce = 200;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await EndAsync(stoppingToken) == AtOnce)
                {
                    // There is more.
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogPostponed(logger, exception);
            }
        }
    }

    private async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        var due = await wallets.DueAsync(time.GetUtcNow(), AtOnce, cancellationToken);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken }, async (key, _) =>
        {
            Caller.Set(key.OrganisationId);
            await grains.GetGrain<IWalletGrain>(key.ToString())
                .ExpireDueAsync(new ExpireDue(new CommandContext(key.OrganisationId, Caller.Platform, OperationId.Fresh(time))));
        });
        return due.Count;
    }

    [LoggerMessage(1, LogLevel.Warning, "What has expired was not ended; it is tried again.")]
    private static partial void LogPostponed(ILogger logger, Exception exception);
}
