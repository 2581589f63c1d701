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

    [Alias("promote")]
    Task<Result<WalletTransaction>> PromoteAsync(Promote command);

    [Alias("hold")]
    Task<Result<WalletTransaction>> HoldAsync(Hold command);

    [Alias("capture")]
    Task<Result<WalletTransaction>> CaptureAsync(Capture command);

    [Alias("void")]
    Task<Result<WalletTransaction>> VoidAsync(VoidHold command);

    /// <summary>Ends what is due; the transaction of the last of it, or none.</summary>
    [Alias("expire-due")]
    Task<Result<WalletTransaction?>> ExpireDueAsync(ExpireDue command);

    [Alias("refund")]
    Task<Result<WalletTransaction>> RefundAsync(Refund command);

    [Alias("reverse")]
    Task<Result<WalletTransaction>> ReverseAsync(Reverse command);

    [Alias("adjust")]
    Task<Result<WalletTransaction>> AdjustAsync(Adjust command);

    [Alias("set-limits")]
    Task<Result<WalletView>> SetLimitsAsync(SetLimits command);

    [Alias("freeze")]
    Task<Result<WalletView>> FreezeAsync(Freeze command);

    [Alias("unfreeze")]
    Task<Result<WalletView>> UnfreezeAsync(Unfreeze command);

    /// <summary>Both legs of a transfer from this wallet, or neither.</summary>
    [Alias("transfer")]
    Task<Result<TransferView>> TransferAsync(Transfer command);

    /// <summary>The second leg of a transfer to this wallet.</summary>
    [Alias("receive")]
    Task<Result<WalletTransaction>> ReceiveAsync(ReceiveTransfer command);

    /// <summary>Brings the transfer whose first leg made this version of the wallet to its end; does nothing where it has ended.</summary>
    [Alias("finish-transfer")]
    Task<Result<TransferView>> FinishTransferAsync(long version);

    [Alias("get")]
    Task<Result<WalletView>> GetAsync();
}
