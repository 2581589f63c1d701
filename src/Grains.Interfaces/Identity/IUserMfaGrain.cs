namespace Platform.Identity;

/// <summary>
/// The second factor of a user. The front door knows the seed and finds the time step of a code. The entity decides whether to accept
/// it, so that no step and no recovery code is accepted twice. The same entity as <see cref="IUserGrain"/>, with the same key.
/// </summary>
[Alias("platform.identity.user-mfa")]
public interface IUserMfaGrain : IGrainWithStringKey
{
    [Alias("get")]
    Task<Result<MfaView>> GetAsync();

    /// <summary>Stores a pending seed. It takes effect once a code of it is confirmed.</summary>
    [Alias("begin-totp")]
    Task<Result<MfaView>> BeginTotpAsync(BeginTotp command);

    /// <summary>Activates the pending seed and ends every other session.</summary>
    [Alias("confirm-totp")]
    Task<Result<MfaChange>> ConfirmTotpAsync(ConfirmTotp command);

    /// <summary>Removes the second factor and ends every session, except the one to keep, if any.</summary>
    [Alias("remove")]
    Task<Result<MfaChange>> RemoveAsync(RemoveMfa command);

    [Alias("replace-recovery-codes")]
    Task<Result<MfaView>> ReplaceRecoveryCodesAsync(ReplaceRecoveryCodes command);

    /// <summary>Stores the hash of a ticket: the first factor was accepted, the second is pending.</summary>
    [Alias("issue-ticket")]
    Task<Result<MfaView>> IssueTicketAsync(IssueMfaTicket command);

    /// <summary>
    /// Returns the user's second factor if the ticket is valid now, otherwise <c>invalid-mfa-token</c>. Does not use it up.
    /// </summary>
    [Alias("check-ticket")]
    Task<Result<MfaView>> CheckTicketAsync(Guid ticketId, Digest ticketHash);

    /// <summary>Redeems a ticket with a code and starts the session, in one step. Counts a wrong code.</summary>
    [Alias("redeem-ticket")]
    Task<Result<MfaAnswer>> RedeemTicketAsync(RedeemMfaTicket command);

    /// <summary>Redeems a code within a session. Counts a wrong code.</summary>
    [Alias("prove")]
    Task<Result<MfaAnswer>> ProveAsync(ProveSecondFactor command);
}

/// <summary>What a code matched: a time step of the seed with this id, a recovery code, or neither.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.mfa-proof")]
public readonly record struct MfaProof(
    [property: Id(0)] Guid? SeedId, [property: Id(1)] long? Step, [property: Id(2)] Digest? RecoveryCode);

/// <summary>The second factor of a user. The entity knows only the ids of the seeds.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.mfa")]
public sealed record MfaView(
    [property: Id(0)] Guid? SeedId, [property: Id(1)] Guid? PendingSeedId, [property: Id(2)] int RecoveryCodesLeft)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public bool Enabled => SeedId is not null;
}

/// <summary>The user after the change, and the seeds that can be deleted.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.mfa-change")]
public sealed record MfaChange([property: Id(0)] UserView User, [property: Id(1)] IReadOnlyList<Guid> DroppedSeeds);

/// <summary>The outcome of a code. LockedUntil is set if codes are refused for now.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.mfa-answer")]
public sealed record MfaAnswer(
    [property: Id(0)] SessionView? Session, [property: Id(1)] DateTimeOffset? LockedUntil, [property: Id(2)] long Epoch);

[GenerateSerializer, Immutable, Alias("platform.identity.begin-totp")]
public sealed record BeginTotp(CommandContext Context, [property: Id(0)] Guid SeedId) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.confirm-totp")]
public sealed record ConfirmTotp(
    CommandContext Context,
    [property: Id(0)] Guid SessionId,
    [property: Id(1)] MfaProof Proof,
    [property: Id(2)] IReadOnlyList<Digest> RecoveryCodes) : Command(Context);

/// <summary>KeptSession is the session of the user who removes it; null if an administrator does.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.remove-mfa")]
public sealed record RemoveMfa(CommandContext Context, [property: Id(0)] Guid? KeptSession) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.replace-recovery-codes")]
public sealed record ReplaceRecoveryCodes(
    CommandContext Context, [property: Id(0)] IReadOnlyList<Digest> RecoveryCodes) : Command(Context);

/// <summary>Method is the first factor.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.issue-mfa-ticket")]
public sealed record IssueMfaTicket(
    CommandContext Context,
    [property: Id(0)] Guid TicketId,
    [property: Id(1)] Digest TicketHash,
    [property: Id(2)] string Method) : Command(Context);

/// <summary>The session to start if the code is right. Its method and assurance follow from the ticket and the code.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.redeem-mfa-ticket")]
public sealed record RedeemMfaTicket(
    CommandContext Context,
    [property: Id(0)] Guid TicketId,
    [property: Id(1)] Digest TicketHash,
    [property: Id(2)] MfaProof Proof,
    [property: Id(3)] Guid SessionId,
    [property: Id(4)] Digest TokenHash,
    [property: Id(5)] string? Address,
    [property: Id(6)] string? UserAgent,
    [property: Id(7)] string? Place = null) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.prove-second-factor")]
public sealed record ProveSecondFactor(
    CommandContext Context, [property: Id(0)] Guid SessionId, [property: Id(1)] MfaProof Proof) : Command(Context);
