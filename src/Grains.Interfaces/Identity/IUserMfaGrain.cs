namespace Platform.Identity;

/// <summary>
/// The second factor of a user. The front door knows the seed and says to which step of time a code belongs; the entity decides what
/// that is good for, so that no step and no recovery code is good twice. The same entity as <see cref="IUserGrain"/>, and the same key.
/// </summary>
[Alias("platform.identity.user-mfa")]
public interface IUserMfaGrain : IGrainWithStringKey
{
    [Alias("get")]
    Task<Result<MfaView>> GetAsync();

    /// <summary>Remembers a seed that is not in force before a code of it was given.</summary>
    [Alias("begin-totp")]
    Task<Result<MfaView>> BeginTotpAsync(BeginTotp command);

    /// <summary>Puts the pending seed in force. Every other session ends.</summary>
    [Alias("confirm-totp")]
    Task<Result<MfaChange>> ConfirmTotpAsync(ConfirmTotp command);

    /// <summary>Removes the second factor. Every session ends but the one that is kept, if any.</summary>
    [Alias("remove")]
    Task<Result<MfaChange>> RemoveAsync(RemoveMfa command);

    [Alias("replace-recovery-codes")]
    Task<Result<MfaView>> ReplaceRecoveryCodesAsync(ReplaceRecoveryCodes command);

    /// <summary>Keeps the hash of a ticket: the first factor was given, the second is awaited.</summary>
    [Alias("issue-ticket")]
    Task<Result<MfaView>> IssueTicketAsync(IssueMfaTicket command);

    /// <summary>The second factor of the user where the ticket is valid now; refused as <c>invalid-mfa-token</c> otherwise. Spends nothing.</summary>
    [Alias("check-ticket")]
    Task<Result<MfaView>> CheckTicketAsync(Guid ticketId, Digest ticketHash);

    /// <summary>Spends a ticket with a code and starts the session, in one step. A wrong code is counted.</summary>
    [Alias("redeem-ticket")]
    Task<Result<MfaAnswer>> RedeemTicketAsync(RedeemMfaTicket command);

    /// <summary>Spends a code in a session. A wrong code is counted.</summary>
    [Alias("prove")]
    Task<Result<MfaAnswer>> ProveAsync(ProveSecondFactor command);
}

/// <summary>What a code turned out to be: a step of time by the seed of this id, a recovery code, or neither.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.mfa-proof")]
public readonly record struct MfaProof([property: Id(0)] Guid? SeedId, [property: Id(1)] long? Step, [property: Id(2)] Digest? RecoveryCode);

/// <summary>The second factor of a user; SeedId and PendingSeedId name seeds that the entity does not know.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.mfa")]
public sealed record MfaView([property: Id(0)] Guid? SeedId, [property: Id(1)] Guid? PendingSeedId, [property: Id(2)] int RecoveryCodesLeft)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public bool Enabled => SeedId is not null;
}

/// <summary>The user after the change, and the seeds that are no longer needed.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.mfa-change")]
public sealed record MfaChange([property: Id(0)] UserView User, [property: Id(1)] IReadOnlyList<Guid> DroppedSeeds);

/// <summary>What became of a code. LockedUntil is set where codes are not looked at for now.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.mfa-answer")]
public sealed record MfaAnswer([property: Id(0)] SessionView? Session, [property: Id(1)] DateTimeOffset? LockedUntil, [property: Id(2)] long Epoch);

[GenerateSerializer, Immutable, Alias("platform.identity.begin-totp")]
public sealed record BeginTotp(CommandContext Context, [property: Id(0)] Guid SeedId) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.confirm-totp")]
public sealed record ConfirmTotp(
    CommandContext Context,
    [property: Id(0)] Guid SessionId,
    [property: Id(1)] MfaProof Proof,
    [property: Id(2)] IReadOnlyList<Digest> RecoveryCodes) : Command(Context);

/// <summary>KeptSession is that of the user who does it; null where an administrator does.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.remove-mfa")]
public sealed record RemoveMfa(CommandContext Context, [property: Id(0)] Guid? KeptSession) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.replace-recovery-codes")]
public sealed record ReplaceRecoveryCodes(CommandContext Context, [property: Id(0)] IReadOnlyList<Digest> RecoveryCodes) : Command(Context);

/// <summary>Method is how the first factor was given.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.issue-mfa-ticket")]
public sealed record IssueMfaTicket(
    CommandContext Context, [property: Id(0)] Guid TicketId, [property: Id(1)] Digest TicketHash, [property: Id(2)] string Method) : Command(Context);

/// <summary>The session that starts where the code is right, without method and assurance: those follow from ticket and code.</summary>
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
public sealed record ProveSecondFactor(CommandContext Context, [property: Id(0)] Guid SessionId, [property: Id(1)] MfaProof Proof) : Command(Context);
