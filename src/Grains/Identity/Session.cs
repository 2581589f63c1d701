using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>
/// One family of refresh tokens. Current is the valid token. The holder of Previous, the one before it, can get the encrypted successor
/// again. Spent recognises all earlier tokens. ProvedAt is when the user was last authenticated, at the sign-in or later.
/// </summary>
public sealed record Session(
    Guid Id,
    DateTimeOffset StartedAt,
    DateTimeOffset LastUsedAt,
    DateTimeOffset ExpiresAt,
    string Method,
    string Acr,
    string? Address,
    string? UserAgent,
    Digest Current,
    Digest? Previous,
    byte[]? SealedSuccessor,
    long[] Spent,
    DateTimeOffset ProvedAt,
    string? Place = null)
{
    /// <summary>A session ends this long after the sign-in, even if it is refreshed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>
    /// Allows a refresh every two and a half minutes for seven days. Older tokens are refused without ending the session.
    /// </summary>
    public const int MaxSpent = 4_096;

    public static Session Start(SessionStarted started) => new(
        started.SessionId, started.At, started.At, started.ExpiresAt, started.Method, started.Acr, started.Address, started.UserAgent,
        started.TokenHash, null, null, [], started.At, started.Place);

    public Session Refresh(SessionRefreshed refreshed) => this with
    {
        LastUsedAt = refreshed.At,
        Address = refreshed.Address ?? Address,
        UserAgent = refreshed.UserAgent ?? UserAgent,
        Current = refreshed.SuccessorHash,
        Previous = Current,
        SealedSuccessor = refreshed.SealedSuccessor,
        ProvedAt = refreshed.Proved ? refreshed.At : ProvedAt,
        Spent = [.. Spent.AsSpan(Math.Max(0, Spent.Length - MaxSpent + 1)), Current.Prefix],
    };

    public bool IsAlive(DateTimeOffset now) => ExpiresAt > now;

    public SessionView ToView() => new(Id, StartedAt, LastUsedAt, ExpiresAt, Method, Acr, Address, UserAgent);
}
