namespace Platform.Identity;

/// <summary>One user of an organisation. Key: organisation and user id.</summary>
[Alias("platform.identity.user")]
public interface IUserGrain : IGrainWithStringKey
{
    [Alias("register")]
    Task<Result<UserView>> RegisterAsync(RegisterUser command);

    [Alias("get")]
    Task<Result<UserView>> GetAsync();

    /// <summary>The stored password hash, for the front door to verify; never leaves it.</summary>
    [Alias("get-credentials")]
    Task<Result<UserCredentials>> GetCredentialsAsync();
}

/// <summary>The four tiers of users.</summary>
[GenerateSerializer, Alias("platform.identity.tier")]
public enum UserTier
{
    Individual = 0,
    Enterprise = 1,
    SubUser = 2,
    SuperAdmin = 3,
}

[GenerateSerializer, Immutable, Alias("platform.identity.register")]
public sealed record RegisterUser(
    CommandContext Context,
    [property: Id(0)] string Email,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] UserTier Tier,
    [property: Id(3)] string PasswordHash,
    [property: Id(4)] Guid? WalletId) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.view")]
public sealed record UserView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] Guid OrganisationId,
    [property: Id(2)] string Email,
    [property: Id(3)] string DisplayName,
    [property: Id(4)] UserTier Tier,
    [property: Id(5)] Guid? WalletId,
    [property: Id(6)] DateTimeOffset CreatedAt,
    [property: Id(7)] long Version);

[GenerateSerializer, Immutable, Alias("platform.identity.credentials")]
public sealed record UserCredentials([property: Id(0)] string PasswordHash, [property: Id(1)] UserTier Tier);
