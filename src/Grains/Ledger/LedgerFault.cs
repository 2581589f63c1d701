namespace Platform.Grains.Ledger;

/// <summary>The kind of a fault in a ledger. Names and numbers are stored and must never change.</summary>
public enum FaultKind
{
    /// <summary>A line or row cannot be read.</summary>
    Unreadable = 0,

    /// <summary>A sequence appears twice or out of order.</summary>
    Sequence = 1,

    /// <summary>A transaction is missing.</summary>
    Missing = 2,

    /// <summary>A transaction does not match its hash.</summary>
    Hash = 3,
    Postings = 4,
    Balance = 5,

    /// <summary>A transaction is not in the journal.</summary>
    Surplus = 6,

    /// <summary>The journal differs from the ledger, or is itself inconsistent.</summary>
    Journal = 7,

    /// <summary>The row of the wallet differs from its transactions.</summary>
    Wallet = 8,

    /// <summary>A checkpoint differs from the transactions.</summary>
    Checkpoint = 9,

    /// <summary>A checkpoint has an invalid signature or is not signed with a trusted key.</summary>
    Signature = 10,

    /// <summary>The chain of checkpoints is broken.</summary>
    CheckpointChain = 11,
}

/// <summary>
/// A fault in a ledger, with the wallet and the first wrong sequence if it concerns one. The detail is part of the identity of an alert
/// (<c>LedgerAlerts</c>): with a changed text, the self-check raises a known fault again and freezes the wallet again.
/// </summary>
public sealed record LedgerFault(FaultKind Kind, Guid? WalletId, long? Sequence, string Detail)
{
    /// <summary>One line for humans.</summary>
    public override string ToString() => (WalletId, Sequence) switch
    {
        ({ } wallet, { } sequence) => $"wallet {wallet}: first bad sequence {sequence}: {Detail}",
        ({ } wallet, null) => $"wallet {wallet}: {Detail}",
        _ => Detail,
    };
}

/// <summary>The result of a verification. Notes tell what it could not verify.</summary>
public sealed record LedgerReport(
    Guid? OrganisationId, long Transactions, int Wallets, int Checkpoints, IReadOnlyList<LedgerFault> Faults, IReadOnlyList<string> Notes)
{
    public bool IsSound => Faults.Count == 0;
}
