using System.Text.Json.Serialization;

namespace Platform.Identity;

/// <summary>
/// The sessions of a user. A session is one family of refresh tokens (RFC 9700, 4.14): each token is used once, and reusing a used one
/// ends the session. The same entity as <see cref="IUserGrain"/>, with the same key.
/// </summary>
[Alias("platform.identity.user-sessions")]
public interface IUserSessionsGrain : IGrainWithStringKey
{
    [Alias("start")]
    Task<Result<SessionView>> StartAsync(StartSession command);

    /// <summary>Redeems a refresh token. Refused as <c>invalid-grant</c> if it is unknown, used or expired.</summary>
    [Alias("refresh")]
    Task<Result<Refreshed>> RefreshAsync(RefreshSession command);

    /// <summary>Ends one session; not found if it has already ended.</summary>
    [Alias("end")]
    Task<Result<SessionsEnded>> EndAsync(EndSession command);

    [Alias("end-all")]
    Task<Result<SessionsEnded>> EndAllAsync(EndAllSessions command);

    [Alias("list")]
    Task<Result<SessionList>> ListAsync();
}

/// <summary>
/// Starts a session: how the user signed in, with what assurance (NIST SP 800-63B: aal1, aal2), and from where. Place identifies the
/// client's network and kind of program, to recognise sign-ins from a new place.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.identity.start-session")]
public sealed record StartSession(
    CommandContext Context,
    [property: Id(0)] Guid SessionId,
    [property: Id(1)] Digest TokenHash,
    [property: Id(2)] string Method,
    [property: Id(3)] string Acr,
    [property: Id(4)] string? Address,
    [property: Id(5)] string? UserAgent,
    [property: Id(6)] string? Place = null) : Command(Context);

/// <summary>
/// Redeems a token for its successor, which is encrypted so that only the holder of the old token can read it. A client that lost the
/// reply gets the same successor again during Grace, at most ten seconds. Directory is the directory's current answer; a session that
/// began there is refused without it as <c>directory-proof-required</c>, and the token stays valid.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.identity.refresh-session")]
public sealed record RefreshSession(
    CommandContext Context,
    [property: Id(0)] Guid SessionId,
    [property: Id(1)] Digest TokenHash,
    [property: Id(2)] Digest SuccessorHash,
    [property: Id(3)] byte[] SealedSuccessor,
    [property: Id(4)] TimeSpan Grace,
    [property: Id(5)] string? Address = null,
    [property: Id(6)] string? UserAgent = null,
    [property: Id(7)] DirectoryAnswer? Directory = null) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.end-session")]
public sealed record EndSession(CommandContext Context, [property: Id(0)] Guid SessionId) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.end-all-sessions")]
public sealed record EndAllSessions(CommandContext Context) : Command(Context);

/// <summary>
/// A session as its user sees it. Address and UserAgent are those of the last sign-in or refresh. NewPlace is true only in the first
/// reply to the sign-in: a repetition must not send a second letter.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.identity.session")]
public sealed record SessionView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] DateTimeOffset StartedAt,
    [property: Id(2)] DateTimeOffset LastUsedAt,
    [property: Id(3)] DateTimeOffset ExpiresAt,
    [property: Id(4)] string Method,
    [property: Id(5)] string Acr,
    [property: Id(6)] string? Address,
    [property: Id(7)] string? UserAgent,
    [property: Id(8), JsonIgnore] bool NewPlace = false);

[GenerateSerializer, Immutable, Alias("platform.identity.session-list")]
public sealed record SessionList([property: Id(0)] IReadOnlyList<SessionView> Items);

/// <summary>
/// The outcome of a refresh: the session and the encrypted successor. If a used token was reused, the session has ended and <see
/// cref="Session"/> is null.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.identity.refreshed")]
public sealed record Refreshed(
    [property: Id(0)] SessionView? Session, [property: Id(1)] byte[]? SealedSuccessor, [property: Id(2)] long Epoch);

/// <summary>The number of sessions ended.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.sessions-ended")]
public sealed record SessionsEnded([property: Id(0)] int Count);
