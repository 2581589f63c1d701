using Platform.Storage.Wallets;

namespace Platform.Api.Wallets;

/// <summary>The services of wallets and their ledger.</summary>
public static class WalletHosting
{
    public static IServiceCollection AddPlatformWallets(this IServiceCollection services) => services
        .AddSingleton<WalletQueries>().AddSingleton<LedgerQueries>().AddSingleton<StatementQueries>()
        .AddSingleton<ImportTable>().AddSingleton<ImportPlan>().AddSingleton<ImportRun>();
}
