namespace Platform.Wallets;

/// <summary>A wallet with a balance in one currency. Key: organisation and wallet id.</summary>
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

    /// <summary>Ends expired holds and credit. Returns the last transaction, or null if nothing has expired.</summary>
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

    /// <summary>Makes both legs of a transfer from this wallet, or neither.</summary>
    [Alias("transfer")]
    Task<Result<TransferView>> TransferAsync(Transfer command);

    /// <summary>Makes the second leg of a transfer to this wallet.</summary>
    [Alias("receive")]
    Task<Result<WalletTransaction>> ReceiveAsync(ReceiveTransfer command);

    /// <summary>Finishes the transfer whose first leg created this version of the wallet; does nothing if it is finished.</summary>
    [Alias("finish-transfer")]
    Task<Result<TransferView>> FinishTransferAsync(long version);

    [Alias("set-budget")]
    Task<Result<WalletView>> SetBudgetAsync(SetBudget command);

    /// <summary>Called on a parent: leases money to a child, which has received it when this returns.</summary>
    [Alias("draw-lease")]
    Task<Result<WalletTransaction?>> DrawLeaseAsync(DrawLease command);

    [Alias("receive-lease")]
    Task<Result<WalletTransaction>> ReceiveLeaseAsync(ReceiveLease command);

    /// <summary>Called on a child: returns unspent leased money to the parent, which has received it when this returns.</summary>
    [Alias("give-back-lease")]
    Task<Result<WalletTransaction?>> GiveBackLeaseAsync(GiveBackLease command);

    [Alias("take-back-lease")]
    Task<Result<WalletTransaction>> TakeBackLeaseAsync(TakeBackLease command);

    /// <summary>Finishes the lease or lease return that created this version of the wallet; does nothing if it is finished.</summary>
    [Alias("finish-lease")]
    Task<Result<WalletTransaction?>> FinishLeaseAsync(long version);

    /// <summary>
    /// Called on a parent: reports what a child has spent and returns whether the child may spend. It writes nothing; the parent settles
    /// within a second, and before it answers a read or decides a command.
    /// </summary>
    [Alias("tell-spent")]
    Task<Result<ParentStanding>> TellSpentAsync(Guid childId, IReadOnlyList<LeaseSpending> spent);

    [Alias("get")]
    Task<Result<WalletView>> GetAsync();
}
