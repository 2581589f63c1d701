using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>
/// What an activation knows of its stored token: the last one that it stored or read, the one whose store has an unknown
/// outcome, and the rows put aside since.
/// </summary>
public sealed class ConsumerToken(Fence stored)
{
    private readonly List<Poison> _poison = [];
    private Fence? _attempted;
    private int _attemptedPoison;

    public Fence Stored { get; private set; } = stored;

    /// <summary>A store was begun and its outcome is not known.</summary>
    public bool IsUncertain => _attempted is not null;

    public void PutAside(Poison poison) => _poison.Add(poison);

    /// <summary>The move to be stored now. Its outcome must be told by <see cref="Settle"/> or found by <see cref="Judge"/>.</summary>
    public TokenMove Attempt(Guid organisationId, string consumer, Fence to)
    {
        _attempted = to;
        _attemptedPoison = _poison.Count;
        return new TokenMove(organisationId, consumer, Stored, to, [.. _poison]);
    }

    public void Settle(bool stored)
    {
        if (stored && _attempted is { } attempted)
        {
            Stored = attempted;
            _poison.RemoveRange(0, _attemptedPoison);
        }

        _attempted = null;
    }

    /// <summary>
    /// What a token read just now says: the attempt took place, it did not, or another activation has moved the token.
    /// An attempt that is still under way somewhere fails by itself, or makes the next one fail.
    /// </summary>
    public TokenJudgement Judge(Fence read) =>
        read == _attempted ? TokenJudgement.Stored : read == Stored ? TokenJudgement.NotStored : TokenJudgement.Lost;
}

public enum TokenJudgement
{
    Stored,
    NotStored,
    Lost,
}
