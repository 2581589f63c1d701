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

    [Alias("set-budget")]
    Task<Result<WalletView>> SetBudgetAsync(SetBudget command);

    /// <summary>Of a parent: leases money to a child, to be received by it before this answers.</summary>
    [Alias("draw-lease")]
    Task<Result<WalletTransaction?>> DrawLeaseAsync(DrawLease command);

    [Alias("receive-lease")]
    Task<Result<WalletTransaction>> ReceiveLeaseAsync(ReceiveLease command);

    /// <summary>Of a child: gives back what it has left, to be taken back by the parent before this answers.</summary>
    [Alias("give-back-lease")]
    Task<Result<WalletTransaction?>> GiveBackLeaseAsync(GiveBackLease command);

    [Alias("take-back-lease")]
    Task<Result<WalletTransaction>> TakeBackLeaseAsync(TakeBackLease command);

    /// <summary>Brings the lease, or its return, that made this version of the wallet to its end; does nothing where it has ended.</summary>
    [Alias("finish-lease")]
    Task<Result<WalletTransaction?>> FinishLeaseAsync(long version);

    /// <summary>
    /// Of a parent: hears what a child has spent, or only whether the child may spend, and writes nothing. It is settled before the parent
    /// answers a read or decides a command, and within a second.
    /// </summary>
    [Alias("tell-spent")]
    Task<Result<ParentStanding>> TellSpentAsync(Guid childId, IReadOnlyList<LeaseSpending> spent);

    [Alias("get")]
    Task<Result<WalletView>> GetAsync();
}
