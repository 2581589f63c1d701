namespace Platform.Identity;

/// <summary>
/// The owner of an e-mail address, unique on the platform. Key: <see cref="Caller.Platform"/> and the id of the normalised address
/// (<see cref="LoginName"/>). An address is first reserved, then activated once its account exists.
/// </summary>
[Alias("platform.identity.login-name")]
public interface ILoginNameGrain : IGrainWithStringKey
{
    /// <summary>Reserves the address. A reservation that is not activated within a minute may be taken over.</summary>
    [Alias("reserve")]
    Task<Result<LoginOwner>> ReserveAsync(ReserveLoginName command);

    [Alias("activate")]
    Task<Result<LoginOwner>> ActivateAsync(ActivateLoginName command);

    /// <summary>Releases the address for anyone to take. Only its owner can release it.</summary>
    [Alias("release")]
    Task<Result<LoginOwner>> ReleaseAsync(ReleaseLoginName command);

    /// <summary>Returns the owner of an active address, or not found.</summary>
    [Alias("find")]
    Task<Result<LoginOwner>> FindAsync();
}

[GenerateSerializer, Immutable, Alias("platform.identity.reserve-login-name")]
public sealed record ReserveLoginName(
    CommandContext Context,
    [property: Id(0)] Guid OwnerOrganisationId,
    [property: Id(1)] Guid UserId) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.activate-login-name")]
public sealed record ActivateLoginName(CommandContext Context, [property: Id(0)] Guid UserId) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.release-login-name")]
public sealed record ReleaseLoginName(CommandContext Context, [property: Id(0)] Guid UserId) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.login-owner")]
public sealed record LoginOwner([property: Id(0)] Guid OrganisationId, [property: Id(1)] Guid UserId)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public EntityKey Key => new(OrganisationId, UserId);
}
