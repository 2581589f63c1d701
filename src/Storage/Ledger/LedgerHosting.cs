using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Storage.Wallets;

namespace Platform.Storage.Ledger;

/// <summary>The proof of the ledger: who asks for it, and what runs in the background of every silo.</summary>
public static class LedgerHosting
{
    /// <summary>Checkpoints and checks on demand.</summary>
    public static IServiceCollection AddLedgerProof(this IServiceCollection services)
    {
        services.AddOptions<LedgerOptions>().BindConfiguration("Ledger")
            .Validate(ledger => ledger.CheckEvery > TimeSpan.Zero && ledger.RecheckAfter > TimeSpan.Zero, "Ledger:CheckEvery and Ledger:RecheckAfter must be above zero.");
        services.TryAddSingleton<LedgerKeyTable>();
        services.TryAddSingleton<CheckpointTable>();
        services.TryAddSingleton<AlertTable>();
        services.TryAddSingleton<CheckTable>();
        services.TryAddSingleton<WalletCheckReader>();
        services.TryAddSingleton<LedgerKeys>();
        services.TryAddSingleton<LedgerAlerts>();
        services.TryAddSingleton<WalletQueries>();
        services.TryAddSingleton<ParentSettlement>();
        services.TryAddSingleton<Checkpoints>();
        services.TryAddSingleton<SelfCheck>();
        return services;
    }

    public static IServiceCollection AddLedgerUpkeep(this IServiceCollection services) =>
        services.AddLedgerProof().AddHostedService<CheckpointUpkeep>().AddHostedService<SelfCheckUpkeep>();
}
