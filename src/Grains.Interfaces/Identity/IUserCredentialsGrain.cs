namespace Platform.Identity;

/// <summary>
/// The password and mailed tokens of a user. The front door computes hashes; the entity decides whether a hash or token is valid. The
/// same entity as <see cref="IUserGrain"/>, with the same key.
/// </summary>
[Alias("platform.identity.user-credentials")]
public interface IUserCredentialsGrain : IGrainWithStringKey
{
    /// <summary>Returns the stored password hash, for the front door to verify. The hash must never leave the front door.</summary>
    [Alias("get")]
    Task<Result<UserCredentials>> GetAsync();

    /// <summary>Sets a password that the signed-in user chose, and ends every session.</summary>
    [Alias("change-password")]
    Task<Result<CredentialChange>> ChangePasswordAsync(ChangePassword command);

    /// <summary>Stores a new hash of the same password after the hashing cost was raised. Changes nothing else.</summary>
    [Alias("rehash-password")]
    Task<Result<CredentialChange>> RehashPasswordAsync(RehashPassword command);

    /// <summary>Stores the hash of a mailed token. A few earlier tokens for the same purpose stay valid.</summary>
    [Alias("issue-token")]
    Task<Result<CredentialChange>> IssueTokenAsync(IssueMailToken command);

    /// <summary>Returns what the token is for if it is valid now, otherwise <c>invalid-token</c>. Does not use it up.</summary>
    [Alias("check-token")]
    Task<Result<CredentialChange>> CheckTokenAsync(MailTokenPurpose purpose, Digest tokenHash);

    /// <summary>Redeems an invitation or reset token, sets the password, and ends every session.</summary>
    [Alias("redeem-password")]
    Task<Result<CredentialChange>> RedeemPasswordAsync(RedeemPassword command);

    /// <summary>Redeems a token about the address: verifies it, replaces it, or releases it and ends every session.</summary>
    [Alias("redeem-email")]
    Task<Result<CredentialChange>> RedeemEmailAsync(RedeemEmail command);
}

/// <summary>The purpose of a mailed token. The values are part of tokens and never change.</summary>
[GenerateSerializer, Alias("platform.identity.mail-token-purpose")]
public enum MailTokenPurpose
{
    Invitation = 0,
    PasswordReset = 1,
    EmailVerification = 2,
    EmailChange = 3,

    /// <summary>Removes an address from an account that has never verified it.</summary>
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

/// <summary>Replaces the hash if it is still the one that was verified.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.rehash-password")]
public sealed record RehashPassword(
    CommandContext Context, [property: Id(0)] string Verified, [property: Id(1)] string PasswordHash) : Command(Context);

/// <summary>NewEmail is set only for a change of address.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.issue-mail-token")]
public sealed record IssueMailToken(
    CommandContext Context,
    [property: Id(0)] MailTokenPurpose Purpose,
    [property: Id(1)] Digest TokenHash,
    [property: Id(2)] string? NewEmail = null) : Command(Context);

/// <summary>DisplayName is the name that an invited user chose; null keeps the present one.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.redeem-password")]
public sealed record RedeemPassword(
    CommandContext Context,
    [property: Id(0)] MailTokenPurpose Purpose,
    [property: Id(1)] Digest TokenHash,
    [property: Id(2)] string PasswordHash,
    [property: Id(3)] string? DisplayName = null) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.redeem-email")]
public sealed record RedeemEmail(
    CommandContext Context, [property: Id(0)] MailTokenPurpose Purpose, [property: Id(1)] Digest TokenHash) : Command(Context);

/// <summary>The user after the change. PreviousEmail and NewEmail are set if the change concerns an address.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.credential-change")]
public sealed record CredentialChange(
    [property: Id(0)] UserView User,
    [property: Id(1)] string? PreviousEmail = null,
    [property: Id(2)] string? NewEmail = null);
