namespace Platform.Grains.Ledger;

/// <summary>In which way a ledger is not what it should be. Names are stored; never renamed.</summary>
public enum FaultKind
{
    /// <summary>A line or row that cannot be read.</summary>
    Unreadable = 0,

    /// <summary>A sequence that stands twice or out of order.</summary>
    Sequence = 1,

    /// <summary>A transaction that should be there.</summary>
    Missing = 2,

    /// <summary>A transaction that is not the one that was hashed.</summary>
    Hash = 3,
    Postings = 4,
    Balance = 5,

    /// <summary>A transaction, or version of the journal, that follows from nothing.</summary>
    Surplus = 6,

    /// <summary>The journal says something else than the ledger.</summary>
    Journal = 7,

    /// <summary>The row of the wallet says something else than its transactions.</summary>
    Wallet = 8,

    /// <summary>A checkpoint says something else than the transactions.</summary>
    Checkpoint = 9,

    /// <summary>A checkpoint that is not signed by a trusted key, or not the one that was signed.</summary>
    Signature = 10,

    /// <summary>A checkpoint that does not stand on the one before.</summary>
    CheckpointChain = 11,
}

/// <summary>What is wrong, and where first: the wallet and the sequence, where it is about one.</summary>
public sealed record LedgerFault(FaultKind Kind, Guid? WalletId, long? Sequence, string Detail)
{
    /// <summary>For a person: one line.</summary>
    public override string ToString() => (WalletId, Sequence) switch
    {
        ({ } wallet, { } sequence) => $"wallet {wallet}: first bad sequence {sequence}: {Detail}",
        ({ } wallet, null) => $"wallet {wallet}: {Detail}",
        _ => Detail,
    };
}

/// <summary>What a verification has seen. Notes tell what it could not see.</summary>
public sealed record LedgerReport(
    Guid? OrganisationId, long Transactions, int Wallets, int Checkpoints, IReadOnlyList<LedgerFault> Faults, IReadOnlyList<string> Notes)
{
    public bool IsSound => Faults.Count == 0;
}
