using Microsoft.Extensions.Logging;
using Platform.Grains.Engine;
using Platform.Wallets;

namespace Platform.Storage.Wallets;

/// <summary>
/// Ends expired holds and promotional credit, about once a second. A wallet in use does so itself at its next command; this handles idle
/// wallets. Every silo runs it; ending twice is harmless.
/// </summary>
public sealed class ExpiryUpkeep(WalletQueries wallets, IGrainFactory grains, TimeProvider time, ILogger<ExpiryUpkeep> logger)
    : Upkeep(TimeSpan.FromSeconds(1), time, logger)
{
    private const int AtOnce = 200;

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        // Pages past wallets that fail, so that they do not block the others.
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
