namespace Platform.Storage.Ledger;

/// <summary>Settings of the ledger's self-check, section <c>Ledger</c>.</summary>
public sealed class LedgerOptions
{
    /// <summary>How many wallet versions a silo checks per second on average; 0 turns the self-check off.</summary>
    public int CheckedPerSecond { get; set; } = 1_000;

    /// <summary>The pause between passes over all wallets.</summary>
    public TimeSpan CheckEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>After how long an unchanged wallet is checked again, to detect changes of its rows.</summary>
    public TimeSpan RecheckAfter { get; set; } = TimeSpan.FromDays(1);
}
