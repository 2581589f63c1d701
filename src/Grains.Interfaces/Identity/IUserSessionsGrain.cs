using System.Text.Json.Serialization;

namespace Platform.Identity;

/// <summary>
/// The sessions of a user. A session is one family of refresh tokens (RFC 9700, 4.14): each is used once, using a spent one ends
/// the session. The same entity as <see cref="IUserGrain"/>, and the same key.
/// </summary>
[Alias("platform.identity.user-sessions")]
public interface IUserSessionsGrain : IGrainWithStringKey
{
    [Alias("start")]
    Task<Result<SessionView>> StartAsync(StartSession command);

    /// <summary>Spends a refresh token. Refused as <c>invalid-grant</c> where it is unknown, spent or over.</summary>
    [Alias("refresh")]
    Task<Result<Refreshed>> RefreshAsync(RefreshSession command);

    /// <summary>Ends one session; not found where it is over already.</summary>
    [Alias("end")]
    Task<Result<SessionsEnded>> EndAsync(EndSession command);

    [Alias("end-all")]
    Task<Result<SessionsEnded>> EndAllAsync(EndAllSessions command);

    [Alias("list")]
    Task<Result<SessionList>> ListAsync();
}

/// <summary>
/// Starts a session: how the user signed in, with what assurance (NIST SP 800-63B: aal1, aal2), and from where. Place is what tells a known
/// place from a new one: the client's network and kind of program.
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
/// Spends a token for its successor. The successor is sealed so that only who holds the spent token can read it: a client whose
/// answer was lost gets the same one again, for as long as Grace, at most ten seconds. Directory is what the directory says now; a
/// session that began there is refused without it as <c>directory-proof-required</c>, and nothing is spent.
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
/// A session as its user sees it: Address and UserAgent are those of the last sign-in or refresh. NewPlace is told once, in the first reply
/// to the sign-in: a repetition of it must not send a second letter.
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
/// What became of a refresh token: the session with the sealed successor, or, where a spent one was used again, that the session
/// is over (<see cref="Session"/> is null).
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.identity.refreshed")]
public sealed record Refreshed([property: Id(0)] SessionView? Session, [property: Id(1)] byte[]? SealedSuccessor, [property: Id(2)] long Epoch);

/// <summary>How many sessions ended.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.sessions-ended")]
public sealed record SessionsEnded([property: Id(0)] int Count);
