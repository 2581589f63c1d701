namespace Platform.Identity;

/// <summary>
/// One user of an organisation. Key: organisation and user id. Sessions are at <see cref="IUserSessionsGrain"/>, passwords and
/// mailed tokens at <see cref="IUserCredentialsGrain"/>: the same entity, decided by the same thread.
/// </summary>
[Alias("platform.identity.user")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>A user who signs in with a password of their own from now on.</summary>
    [Alias("register")]
    Task<Result<UserView>> RegisterAsync(RegisterUser command);

    /// <summary>A user who has yet to accept and to choose a password. Repeated for an invited user, it renews the invitation.</summary>
    [Alias("invite")]
    Task<Result<UserView>> InviteAsync(InviteUser command);

    [Alias("update-profile")]
    Task<Result<UserView>> UpdateProfileAsync(UpdateProfile command);

    /// <summary>Ends every session at once; the user cannot sign in until enabled.</summary>
    [Alias("disable")]
    Task<Result<UserView>> DisableAsync(DisableUser command);

    [Alias("enable")]
    Task<Result<UserView>> EnableAsync(EnableUser command);

    /// <summary>Replaces all roles that the user holds.</summary>
    [Alias("set-grants")]
    Task<Result<UserView>> SetGrantsAsync(SetGrants command);

    /// <summary>Moves the user to another tier, where ownership of the organisation passes on; changes nothing where the user is of it.</summary>
    [Alias("set-tier")]
    Task<Result<UserView>> SetTierAsync(SetTier command);

    [Alias("get")]
    Task<Result<UserView>> GetAsync();

    /// <summary>What the front door needs to admit a request of this user; it may be kept for a moment.</summary>
    [Alias("get-access")]
    Task<Result<UserAccess>> GetAccessAsync();
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

/// <summary>Whether a user may sign in.</summary>
[GenerateSerializer, Alias("platform.identity.user-status")]
public enum UserStatus
{
    Active = 0,
    Invited = 1,
    Disabled = 2,
}

/// <summary>How a user wants to be addressed. What is null is the organisation's. Language and locale are BCP 47, time zone IANA, currency ISO 4217.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.profile")]
public sealed record UserProfile(
    [property: Id(0)] string? Language = null,
    [property: Id(1)] string? Locale = null,
    [property: Id(2)] string? Currency = null,
    [property: Id(3)] string? TimeZone = null)
{
    public static readonly UserProfile Default = new();
}
