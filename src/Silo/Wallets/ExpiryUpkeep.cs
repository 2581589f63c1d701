using Microsoft.Extensions.Logging;
using Platform.Storage.ReadModels.Wallets;
using Platform.Wallets;

namespace Platform.Silo.Wallets;

/// <summary>
/// Ends holds and promotional credit whose time has come, about once a second. A wallet that is used does so by itself at its next
/// command; this is for those that are not. Every silo looks: a second one finds nothing left to do.
/// </summary>
public sealed class ExpiryUpkeep(WalletQueries wallets, IGrainFactory grains, TimeProvider time, ILogger<ExpiryUpkeep> logger)
    : Upkeep(TimeSpan.FromSeconds(1), time, logger)
{
    private const int AtOnce = 200;

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        while (await EndAsync(stoppingToken) == AtOnce)
        {
            // There is more.
        }
    }

    private async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        var due = await wallets.DueAsync(Time.GetUtcNow(), AtOnce, cancellationToken);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken }, async (key, _) =>
        {
            Caller.Set(key.OrganisationId);
            await grains.GetGrain<IWalletGrain>(key.ToString())
                .ExpireDueAsync(new ExpireDue(new CommandContext(key.OrganisationId, Caller.Platform, OperationId.Fresh(Time))));
        });
        return due.Count;
    }
}
