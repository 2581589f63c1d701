namespace Platform.Organisations;

/// <summary>One organisation. Key: <see cref="EntityKey.Of"/> of its id.</summary>
[Alias("platform.organisations.organisation")]
public interface IOrganisationGrain : IGrainWithStringKey
{
    [Alias("create")]
    Task<Result<OrganisationView>> CreateAsync(CreateOrganisation command);

    [Alias("update")]
    Task<Result<OrganisationView>> UpdateAsync(UpdateOrganisation command);

    /// <summary>Its users and service accounts may only read from now on. The platform's own organisation is never suspended.</summary>
    [Alias("suspend")]
    Task<Result<OrganisationView>> SuspendAsync(SuspendOrganisation command);

    [Alias("restore")]
    Task<Result<OrganisationView>> RestoreAsync(RestoreOrganisation command);

    /// <summary>Allows passwords again, for an organisation whose identity provider or directory fails.</summary>
    [Alias("release-sso")]
    Task<Result<OrganisationView>> ReleaseSsoAsync(ReleaseSso command);

    /// <summary>Makes another user the owner. If they already are, the reply names the former owner again.</summary>
    [Alias("hand-over")]
    Task<Result<OrganisationHandover>> HandOverAsync(HandOverOrganisation command);

    [Alias("get")]
    Task<Result<OrganisationView>> GetAsync();
}

/// <summary>What kind of customer an organisation is.</summary>
[GenerateSerializer, Alias("platform.organisations.kind")]
public enum OrganisationKind
{
    Individual = 0,
    Enterprise = 1,
    Platform = 2,
}

/// <summary>A suspended organisation keeps its data and refuses changes.</summary>
[GenerateSerializer, Alias("platform.organisations.status")]
public enum OrganisationStatus
{
    Active = 0,
    Suspended = 1,
}

[GenerateSerializer, Immutable, Alias("platform.organisations.create")]
public sealed record CreateOrganisation(
    CommandContext Context,
    [property: Id(0)] string Name,
    [property: Id(1)] OrganisationKind Kind,
    [property: Id(2)] string Currency,
    [property: Id(3)] string TimeZone,
    [property: Id(4)] string Locale) : Command(Context);

/// <summary>Changes the fields that are not null. Refused if the version is no longer <see cref="IfVersion"/>.</summary>
[GenerateSerializer, Immutable, Alias("platform.organisations.update")]
public sealed record UpdateOrganisation(
    CommandContext Context,
    [property: Id(0)] string? Name,
    [property: Id(1)] string? TimeZone,
    [property: Id(2)] string? Locale,
    [property: Id(3)] long? IfVersion,
    [property: Id(4)] bool? RequireMfa = null,
    [property: Id(5)] bool? RequireSso = null) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.organisations.suspend")]
public sealed record SuspendOrganisation(
    CommandContext Context,
    [property: Id(0)] string Reason,
    [property: Id(1)] long? IfVersion = null) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.organisations.restore")]
public sealed record RestoreOrganisation(
    CommandContext Context,
    [property: Id(0)] long? IfVersion = null) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.organisations.release-sso")]
public sealed record ReleaseSso(CommandContext Context) : Command(Context);

/// <summary>Makes a user the owner. From is the caller, who must be the owner; null if the platform asks.</summary>
[GenerateSerializer, Immutable, Alias("platform.organisations.hand-over")]
public sealed record HandOverOrganisation(
    CommandContext Context,
    [property: Id(0)] Guid UserId,
    [property: Id(1)] Guid? From = null) : Command(Context);

/// <summary>The organisation with its owner, and the former owner; null if there never was one.</summary>
[GenerateSerializer, Immutable, Alias("platform.organisations.handover")]
public sealed record OrganisationHandover(
    [property: Id(0)] OrganisationView Organisation, [property: Id(1)] Guid? FormerOwnerId);

/// <summary>Why and since when an organisation is suspended.</summary>
[GenerateSerializer, Immutable, Alias("platform.organisations.suspension")]
public sealed record OrganisationSuspension([property: Id(0)] string Reason, [property: Id(1)] DateTimeOffset At);

/// <summary>
/// An organisation as callers see it. Currency is ISO 4217, time zone IANA, locale BCP 47. RequireMfa: users without a second factor can
/// only set one up. RequireSso: users can sign in only with the organisation's directory or provider. Suspension is null if it is active.
/// Nobody else may change the account of the owner.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.organisations.view")]
public sealed record OrganisationView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Name,
    [property: Id(2)] OrganisationKind Kind,
    [property: Id(3)] string Currency,
    [property: Id(4)] string TimeZone,
    [property: Id(5)] string Locale,
    [property: Id(6)] OrganisationStatus Status,
    [property: Id(7)] DateTimeOffset CreatedAt,
    [property: Id(8)] long Version,
    [property: Id(9)] bool RequireMfa = false,
    [property: Id(10)] OrganisationSuspension? Suspension = null,
    [property: Id(11)] bool RequireSso = false,
    [property: Id(12)] Guid? OwnerId = null);

/// <summary>Examples for the API document.</summary>
[Examples]
public static class OrganisationSamples
{
    public static readonly OrganisationView Organisation = new(
        Sample.OrganisationId, "Example GmbH", OrganisationKind.Enterprise, "USD", "Europe/Berlin", "en-US",
        OrganisationStatus.Active, Sample.At, 1, OwnerId: Sample.UserId);
}
