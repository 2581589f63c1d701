namespace Platform.Wallets;

/// <summary>One wallet: a balance in one currency, decided by one thread. Key: organisation and wallet id.</summary>
[Alias("platform.wallets.wallet")]
public interface IWalletGrain : IGrainWithStringKey
{
    [Alias("open")]
    Task<Result<WalletView>> OpenAsync(OpenWallet command);

    [Alias("deposit")]
    Task<Result<WalletTransaction>> DepositAsync(Deposit command);

    [Alias("charge")]
    Task<Result<WalletTransaction>> ChargeAsync(Charge command);

    [Alias("get")]
    Task<Result<WalletView>> GetAsync();
}
