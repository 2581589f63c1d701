namespace Platform.Identity;

/// <summary>
/// One user of an organisation. Key: organisation and user id. <see cref="IUserSessionsGrain"/> has the sessions, and <see
/// cref="IUserCredentialsGrain"/> passwords and mailed tokens: interfaces of the same entity.
/// </summary>
[Alias("platform.identity.user")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>Creates a user who signs in with their own password.</summary>
    [Alias("register")]
    Task<Result<UserView>> RegisterAsync(RegisterUser command);

    /// <summary>Creates a user who must accept and choose a password. Repeated for an invited user, it renews the invitation.</summary>
    [Alias("invite")]
    Task<Result<UserView>> InviteAsync(InviteUser command);

    [Alias("update-profile")]
    Task<Result<UserView>> UpdateProfileAsync(UpdateProfile command);

    /// <summary>Ends every session. The user cannot sign in until enabled.</summary>
    [Alias("disable")]
    Task<Result<UserView>> DisableAsync(DisableUser command);

    [Alias("enable")]
    Task<Result<UserView>> EnableAsync(EnableUser command);

    /// <summary>Changes the user's roles.</summary>
    [Alias("set-grants")]
    Task<Result<UserView>> SetGrantsAsync(SetGrants command);

    /// <summary>
    /// Moves the user to another tier when the ownership of the organisation changes; does nothing if the user has that tier.
    /// </summary>
    [Alias("set-tier")]
    Task<Result<UserView>> SetTierAsync(SetTier command);

    [Alias("get")]
    Task<Result<UserView>> GetAsync();

    /// <summary>Returns what the front door needs to authorise this user's requests. It may be cached briefly.</summary>
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

/// <summary>
/// The user's preferences; null means the organisation's. Language and locale are BCP 47, time zone IANA, currency ISO 4217.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.identity.profile")]
public sealed record UserProfile(
    [property: Id(0)] string? Language = null,
    [property: Id(1)] string? Locale = null,
    [property: Id(2)] string? Currency = null,
    [property: Id(3)] string? TimeZone = null)
{
    public static readonly UserProfile Default = new();
}
