using Microsoft.Extensions.Logging;
using Platform.Grains.Engine;
using Platform.Wallets;

namespace Platform.Storage.Wallets;

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
        // Past those that cannot be ended, however many they are: they must not keep the others waiting.
        var now = Time.GetUtcNow();
        IReadOnlyList<DueWallet> due = [];
        do
        {
            due = await wallets.DueAsync(now, due.Count == 0 ? null : due[^1], AtOnce, stoppingToken);
            await ForEachAsync(due, 16, wallet => EndAsync(wallet.Key), stoppingToken);
        }
        while (due.Count == AtOnce);
    }

    private async Task EndAsync(EntityKey key)
    {
        Caller.Set(key.OrganisationId);
        var ended = await grains.GetGrain<IWalletGrain>(key.ToString())
            .ExpireDueAsync(new ExpireDue(new CommandContext(key.OrganisationId, Caller.Platform, OperationId.Fresh(Time))));
        if (ended.Error is { } error)
        {
            throw new InvalidOperationException($"{error.Code}: {error.Message}");
        }
    }
}
