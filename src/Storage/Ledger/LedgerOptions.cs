namespace Platform.Storage.Ledger;

/// <summary>Settings of the ledger's proof, section <c>Ledger</c>.</summary>
public sealed class LedgerOptions
{
    /// <summary>How many versions of wallets a silo derives anew in a second, on average; 0 turns the self-check off.</summary>
    public int CheckedPerSecond { get; set; } = 1_000;

    /// <summary>How long after the end of a pass over all wallets the next one begins.</summary>
    public TimeSpan CheckEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>After how long a wallet is checked again although it has not changed: what is in its rows may have.</summary>
    public TimeSpan RecheckAfter { get; set; } = TimeSpan.FromDays(1);
}
