namespace Platform.Api.Tests.Faults;

/// <summary>One charge under one key, and what the platform has said about it so far.</summary>
internal sealed class Attempt(string key, LoadedWallet wallet, long cents)
{
    private readonly Lock _gate = new();

    public string Key { get; } = key;

    public LoadedWallet Wallet { get; } = wallet;

    public long Cents { get; } = cents;

    /// <summary>Null while nobody has said; then for ever the same.</summary>
    public Verdict? Verdict { get; private set; }

    /// <summary>Keeps the first definite word. False where a later one contradicts it.</summary>
    public bool Hear(Verdict verdict)
    {
        lock (_gate)
        {
            Verdict ??= verdict;
            return Verdict == verdict;
        }
    }
}

/// <summary>A definite outcome: the transaction that it became, or a refusal.</summary>
internal sealed record Verdict(string? TransactionId, long Sequence, long BalanceAfter)
{
    public static readonly Verdict Refused = new(null, 0, 0);

    public bool IsAccepted => TransactionId is not null;
}

/// <summary>A wallet under load.</summary>
internal sealed class LoadedWallet(string id, long deposited)
{
    private long _acknowledged;
    private long _answeredAt;

    public string Id { get; } = id;

    public long Deposited { get; } = deposited;

    /// <summary>The highest sequence that was acknowledged: no later read may show less.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>When the newest request that got a definite answer was sent.</summary>
    public long AnsweredSince => Interlocked.Read(ref _answeredAt);

    public void Answered(long sentAt, long sequence)
    {
        Raise(ref _answeredAt, sentAt);
        Raise(ref _acknowledged, sequence);
    }

    /// <summary>Sets it to the value where that is higher.</summary>
    public static void Raise(ref long target, long value)
    {
        for (var seen = Interlocked.Read(ref target); seen < value;)
        {
            var found = Interlocked.CompareExchange(ref target, value, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}
