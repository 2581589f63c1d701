using System.Text.Json.Serialization;
using Platform.Organisations;

namespace Platform.Grains.Organisations;

/// <summary>What happened to an organisation.</summary>
[JsonDerivedType(typeof(OrganisationCreated), "created")]
[JsonDerivedType(typeof(OrganisationUpdated), "updated")]
[JsonDerivedType(typeof(MfaRequirementSet), "mfa-requirement-set")]
[JsonDerivedType(typeof(SsoRequirementSet), "sso-requirement-set")]
[JsonDerivedType(typeof(OrganisationSuspended), "suspended")]
[JsonDerivedType(typeof(OrganisationRestored), "restored")]
[JsonDerivedType(typeof(OwnershipHandedOver), "handed-over")]
public abstract record OrganisationEvent;

/// <summary>Older events do not name the owner, who is the actor of the command.</summary>
public sealed record OrganisationCreated(
    string Name, OrganisationKind Kind, string Currency, string TimeZone, string Locale, DateTimeOffset At, Guid? OwnerId = null)
    : OrganisationEvent;

/// <summary>The fields after the change.</summary>
public sealed record OrganisationUpdated(string Name, string TimeZone, string Locale) : OrganisationEvent;

public sealed record MfaRequirementSet(bool Required) : OrganisationEvent;

public sealed record SsoRequirementSet(bool Required, bool? ByPlatform = null) : OrganisationEvent;

/// <summary>Suspended by the platform, for a reason that its users see.</summary>
public sealed record OrganisationSuspended(string Reason, DateTimeOffset At) : OrganisationEvent;

public sealed record OrganisationRestored : OrganisationEvent;

/// <summary>ByPlatform if a super admin did it.</summary>
public sealed record OwnershipHandedOver(Guid? From, Guid To, bool? ByPlatform = null) : OrganisationEvent;

/// <summary>The state of an organisation; Name is empty before it is created.</summary>
public sealed record OrganisationState(
    string Name, OrganisationKind Kind, string Currency, string TimeZone, string Locale, OrganisationStatus Status,
    DateTimeOffset CreatedAt, bool RequireMfa = false, OrganisationSuspension? Suspension = null, bool RequireSso = false, Guid? OwnerId =
        null, Guid? FormerOwnerId = null)
{
    public static readonly OrganisationState None = new("", OrganisationKind.Individual, "", "", "", OrganisationStatus.Active, default);

    public OrganisationState Apply(OrganisationEvent @event) => @event switch
    {
        OrganisationCreated c => new(c.Name, c.Kind, c.Currency, c.TimeZone, c.Locale, OrganisationStatus.Active, c.At, OwnerId: c.OwnerId),
        OrganisationUpdated u => this with { Name = u.Name, TimeZone = u.TimeZone, Locale = u.Locale },
        MfaRequirementSet m => this with { RequireMfa = m.Required },
        SsoRequirementSet s => this with { RequireSso = s.Required },
        OrganisationSuspended s => this with
        {
            Status = OrganisationStatus.Suspended, Suspension = new OrganisationSuspension(s.Reason, s.At),
        },
        OrganisationRestored => this with { Status = OrganisationStatus.Active, Suspension = null },
        OwnershipHandedOver h => this with { OwnerId = h.To, FormerOwnerId = h.From },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of an organisation."),
    };

    public OrganisationView ToView(Guid id, long version) =>
        new(id, Name, Kind, Currency, TimeZone, Locale, Status, CreatedAt, version, RequireMfa, Suspension, RequireSso, OwnerId);
}
