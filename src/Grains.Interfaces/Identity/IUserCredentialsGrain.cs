namespace Platform.Identity;

/// <summary>
/// Password and mailed tokens of a user. Hashing is the front door's work; the entity decides what a hash or a token is good for.
/// The same entity as <see cref="IUserGrain"/>, and the same key.
/// </summary>
[Alias("platform.identity.user-credentials")]
public interface IUserCredentialsGrain : IGrainWithStringKey
{
    /// <summary>The stored password hash, for the front door to verify; never leaves it.</summary>
    [Alias("get")]
    Task<Result<UserCredentials>> GetAsync();

    /// <summary>Sets a password that the user chose while signed in. Every session ends.</summary>
    [Alias("change-password")]
    Task<Result<CredentialChange>> ChangePasswordAsync(ChangePassword command);

    /// <summary>The same password hashed anew, because the cost of hashes has risen. Nothing else changes.</summary>
    [Alias("rehash-password")]
    Task<Result<CredentialChange>> RehashPasswordAsync(RehashPassword command);

    /// <summary>Keeps the hash of a token that is mailed. Some earlier ones for the same purpose stay good beside it.</summary>
    [Alias("issue-token")]
    Task<Result<CredentialChange>> IssueTokenAsync(IssueMailToken command);

    /// <summary>What the token is good for, if it is valid now; refused as <c>invalid-token</c> otherwise. Spends nothing.</summary>
    [Alias("check-token")]
    Task<Result<CredentialChange>> CheckTokenAsync(MailTokenPurpose purpose, Digest tokenHash);

    /// <summary>Spends an invitation or a reset token and sets the password. Every session ends.</summary>
    [Alias("redeem-password")]
    Task<Result<CredentialChange>> RedeemPasswordAsync(RedeemPassword command);

    /// <summary>Spends a token about the address: it is verified, a new one replaces it, or it is freed and every session ends.</summary>
    [Alias("redeem-email")]
    Task<Result<CredentialChange>> RedeemEmailAsync(RedeemEmail command);
}

/// <summary>What a mailed token is for. Values go into tokens and never change.</summary>
[GenerateSerializer, Alias("platform.identity.mail-token-purpose")]
public enum MailTokenPurpose
{
    Invitation = 0,
    PasswordReset = 1,
    EmailVerification = 2,
    EmailChange = 3,

    /// <summary>Takes an address away from an account that has never verified it.</summary>
    AddressRelease = 4,
}

[GenerateSerializer, Immutable, Alias("platform.identity.credentials")]
public sealed record UserCredentials(
    [property: Id(0)] string PasswordHash,
    [property: Id(1)] UserTier Tier,
    [property: Id(2)] UserStatus Status,
    [property: Id(3)] string Email,
    [property: Id(4)] bool MfaEnabled);

[GenerateSerializer, Immutable, Alias("platform.identity.change-password")]
public sealed record ChangePassword(CommandContext Context, [property: Id(0)] string PasswordHash) : Command(Context);

/// <summary>Replaces the hash where it is still the one that was verified.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.rehash-password")]
public sealed record RehashPassword(CommandContext Context, [property: Id(0)] string Verified, [property: Id(1)] string PasswordHash) : Command(Context);

/// <summary>NewEmail is set for a change of the address alone.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.issue-mail-token")]
public sealed record IssueMailToken(
    CommandContext Context,
    [property: Id(0)] MailTokenPurpose Purpose,
    [property: Id(1)] Digest TokenHash,
    [property: Id(2)] string? NewEmail = null) : Command(Context);

/// <summary>DisplayName is what an invited user wants to be called; null leaves it.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.redeem-password")]
public sealed record RedeemPassword(
    CommandContext Context,
    [property: Id(0)] MailTokenPurpose Purpose,
    [property: Id(1)] Digest TokenHash,
    [property: Id(2)] string PasswordHash,
    [property: Id(3)] string? DisplayName = null) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.redeem-email")]
public sealed record RedeemEmail(CommandContext Context, [property: Id(0)] MailTokenPurpose Purpose, [property: Id(1)] Digest TokenHash) : Command(Context);

/// <summary>The user after the change; PreviousEmail and NewEmail where an address is at stake.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.credential-change")]
public sealed record CredentialChange(
    [property: Id(0)] UserView User,
    [property: Id(1)] string? PreviousEmail = null,
    [property: Id(2)] string? NewEmail = null);
