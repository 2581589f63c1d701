using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>
/// What an activation knows of its token: the one that it last stored or read, the one whose store has an unknown
/// outcome, and the rows quarantined since.
/// </summary>
public sealed class ConsumerToken(Fence stored)
{
    private readonly List<Poison> _poison = [];
    private Fence? _attempted;
    private int _attemptedPoison;

    public Fence Stored { get; private set; } = stored;

    /// <summary>True if a store was started and its outcome is unknown.</summary>
    public bool IsUncertain => _attempted is not null;

    public void Quarantine(Poison poison) => _poison.Add(poison);

    /// <summary>The move to store now. Report its outcome with <see cref="Settle"/>, or find it with <see cref="Compare"/>.</summary>
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
    /// Compares with a token that was read just now: the attempt was stored, it was not, or another activation has moved the token.
    /// An attempt that is still running somewhere either fails itself or makes the next one fail.
    /// </summary>
    public TokenStatus Compare(Fence read) =>
        read == _attempted ? TokenStatus.Stored : read == Stored ? TokenStatus.NotStored : TokenStatus.Lost;
}

/// <summary>What became of an attempt to store a token.</summary>
public enum TokenStatus
{
    Stored,
    NotStored,
    Lost,
}
