namespace Platform.Api.Tests.Faults;

/// <summary>One charge with one key, and its known outcome.</summary>
internal sealed class Attempt(string key, LoadedWallet wallet, long cents)
{
    private readonly Lock _gate = new();

    public string Key { get; } = key;

    public LoadedWallet Wallet { get; } = wallet;

    public long Cents { get; } = cents;

    /// <summary>Null until the outcome is known. It must never change after that.</summary>
    public Verdict? Verdict { get; private set; }

    /// <summary>Keeps the first definite outcome. Returns false if a later one contradicts it.</summary>
    public bool Record(Verdict verdict)
    {
        lock (_gate)
        {
            Verdict ??= verdict;
            return Verdict == verdict;
        }
    }
}

/// <summary>A definite outcome: a transaction or a refusal.</summary>
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

    /// <summary>The highest acknowledged sequence. Later reads must not show less.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>The time when the newest request with a definite answer was sent.</summary>
    public long LastAnswered => Interlocked.Read(ref _answeredAt);

    public void Answered(long sentAt, long sequence)
    {
        Raise(ref _answeredAt, sentAt);
        Raise(ref _acknowledged, sequence);
    }

    /// <summary>Raises the target to the value if that is higher.</summary>
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
