namespace Platform.Identity;

/// <summary>
/// Which user somebody of another identity provider or directory is here. Key: <see cref="Caller.Platform"/> and the id of
/// issuer and subject (<see cref="ExternalIdentity"/>). It is linked by the user's own wish, or reserved first and then
/// activated when the account that is made for it stands.
/// </summary>
[Alias("platform.identity.external-identity")]
public interface IExternalIdentityGrain : IGrainWithStringKey
{
    /// <summary>Reserves it for an account to be made. A standing reservation is answered instead, so that its account is completed.</summary>
    [Alias("reserve")]
    Task<Result<LoginOwner>> ReserveAsync(ReserveExternalIdentity command);

    [Alias("activate")]
    Task<Result<LoginOwner>> ActivateAsync(ActivateExternalIdentity command);

    /// <summary>Links it to a user that stands; refused where it is another's.</summary>
    [Alias("link")]
    Task<Result<LoginOwner>> LinkAsync(LinkExternalIdentity command);

    /// <summary>Ends the link of this user; not found where there is none.</summary>
    [Alias("unlink")]
    Task<Result<LoginOwner>> UnlinkAsync(UnlinkExternalIdentity command);

    /// <summary>The user it is linked to; not found otherwise.</summary>
    [Alias("find")]
    Task<Result<LoginOwner>> FindAsync();
}

/// <summary>Who somebody is elsewhere: the provider's name here, its issuer, and its own id of the person.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.external")]
public sealed record ExternalIdentity(
    [property: Id(0)] string Provider,
    [property: Id(1)] string Issuer,
    [property: Id(2)] string Subject,
    [property: Id(3)] string? Email)
{
    /// <summary>The id that issuer and subject have; the name of the provider here and the address may change.</summary>
    public static Guid IdOf(string issuer, string subject) => OperationId.FromKey($"external-identity/{issuer}", subject).Value;

    /// <summary>The grain key of issuer and subject.</summary>
    public static EntityKey KeyOf(string issuer, string subject) => new(Caller.Platform, IdOf(issuer, subject));
}

/// <summary>A link as its user sees it.</summary>
public sealed record ExternalIdentityView(Guid Id, string Provider, string Issuer, string Subject, string? Email, DateTimeOffset LinkedAt);

[GenerateSerializer, Immutable, Alias("platform.identity.reserve-external")]
public sealed record ReserveExternalIdentity(
    CommandContext Context,
    [property: Id(0)] Guid OwnerOrganisationId,
    [property: Id(1)] Guid UserId,
    [property: Id(2)] ExternalIdentity Identity) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.activate-external")]
public sealed record ActivateExternalIdentity(CommandContext Context, [property: Id(0)] Guid UserId) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.link-external")]
public sealed record LinkExternalIdentity(
    CommandContext Context,
    [property: Id(0)] Guid OwnerOrganisationId,
    [property: Id(1)] Guid UserId,
    [property: Id(2)] ExternalIdentity Identity) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.identity.unlink-external")]
public sealed record UnlinkExternalIdentity(
    CommandContext Context, [property: Id(0)] Guid OwnerOrganisationId, [property: Id(1)] Guid UserId) : Command(Context);
