namespace Platform.Identity;

/// <summary>
/// Maps an identity at another provider or directory to a user here. Key: <see cref="Caller.Platform"/> and the id of issuer and
/// subject (<see cref="ExternalIdentity"/>). Either the user links it, or it is reserved first and activated once the new account
/// exists.
/// </summary>
[Alias("platform.identity.external-identity")]
public interface IExternalIdentityGrain : IGrainWithStringKey
{
    /// <summary>
    /// Reserves it for a new account. If it is already reserved, returns that reservation, so that its account can be completed.
    /// </summary>
    [Alias("reserve")]
    Task<Result<LoginOwner>> ReserveAsync(ReserveExternalIdentity command);

    [Alias("activate")]
    Task<Result<LoginOwner>> ActivateAsync(ActivateExternalIdentity command);

    /// <summary>Links it to an existing user; refused if it belongs to another.</summary>
    [Alias("link")]
    Task<Result<LoginOwner>> LinkAsync(LinkExternalIdentity command);

    /// <summary>Removes the link of this user; not found if there is none.</summary>
    [Alias("unlink")]
    Task<Result<LoginOwner>> UnlinkAsync(UnlinkExternalIdentity command);

    /// <summary>Returns the user it is linked to, or not found.</summary>
    [Alias("find")]
    Task<Result<LoginOwner>> FindAsync();
}

/// <summary>An identity elsewhere: our name of the provider, its issuer, and the provider's id of the person.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.external")]
public sealed record ExternalIdentity(
    [property: Id(0)] string Provider,
    [property: Id(1)] string Issuer,
    [property: Id(2)] string Subject,
    [property: Id(3)] string? Email)
{
    /// <summary>The id derived from issuer and subject. The provider's name here and the address may change; these do not.</summary>
    public static Guid IdOf(string issuer, string subject) => OperationId.FromKey($"external-identity/{issuer}", subject).Value;

    /// <summary>The grain key for an issuer and subject.</summary>
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
