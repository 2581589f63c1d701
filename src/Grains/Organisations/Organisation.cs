using System.Text.Json.Serialization;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
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

/// <summary>Older events do not name the owner: it is who sent the command.</summary>
public sealed record OrganisationCreated(
    string Name, OrganisationKind Kind, string Currency, string TimeZone, string Locale, DateTimeOffset At, Guid? OwnerId = null) : OrganisationEvent;

/// <summary>The fields after the change.</summary>
public sealed record OrganisationUpdated(string Name, string TimeZone, string Locale) : OrganisationEvent;

public sealed record MfaRequirementSet(bool Required) : OrganisationEvent;

public sealed record SsoRequirementSet(bool Required, bool? ByPlatform = null) : OrganisationEvent;

/// <summary>By the platform, for a reason that its users are told.</summary>
public sealed record OrganisationSuspended(string Reason, DateTimeOffset At) : OrganisationEvent;

public sealed record OrganisationRestored : OrganisationEvent;

/// <summary>ByPlatform if a super admin did it.</summary>
public sealed record OwnershipHandedOver(Guid? From, Guid To, bool? ByPlatform = null) : OrganisationEvent;

/// <summary>The state of an organisation; Name is empty before it is created.</summary>
public sealed record OrganisationState(
    string Name, OrganisationKind Kind, string Currency, string TimeZone, string Locale, OrganisationStatus Status, DateTimeOffset CreatedAt,
    bool RequireMfa = false, OrganisationSuspension? Suspension = null, bool RequireSso = false, Guid? OwnerId = null,
    Guid? FormerOwnerId = null)
{
    public static readonly OrganisationState None = new("", OrganisationKind.Individual, "", "", "", OrganisationStatus.Active, default);

    public OrganisationState Apply(OrganisationEvent @event) => @event switch
    {
        OrganisationCreated c => new(c.Name, c.Kind, c.Currency, c.TimeZone, c.Locale, OrganisationStatus.Active, c.At, OwnerId: c.OwnerId),
        OrganisationUpdated u => this with { Name = u.Name, TimeZone = u.TimeZone, Locale = u.Locale },
        MfaRequirementSet m => this with { RequireMfa = m.Required },
        SsoRequirementSet s => this with { RequireSso = s.Required },
        OrganisationSuspended s => this with { Status = OrganisationStatus.Suspended, Suspension = new OrganisationSuspension(s.Reason, s.At) },
        OrganisationRestored => this with { Status = OrganisationStatus.Active, Suspension = null },
        OwnershipHandedOver h => this with { OwnerId = h.To, FormerOwnerId = h.From },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of an organisation."),
    };

    public OrganisationView ToView(Guid id, long version) =>
        new(id, Name, Kind, Currency, TimeZone, Locale, Status, CreatedAt, version, RequireMfa, Suspension, RequireSso, OwnerId);
}

/// <summary>How an organisation folds, its row, and the replies.</summary>
public sealed class OrganisationDefinition : EntityDefinition<OrganisationState, OrganisationEvent>
{
    public static readonly Reply<OrganisationState, OrganisationEvent, OrganisationView> View = FromState(ViewOf);

    /// <summary>With the owner before. If the handover stands already, it is answered as then.</summary>
    public static readonly Reply<OrganisationState, OrganisationEvent, OrganisationHandover> Handover =
        FromState(static accepted => new OrganisationHandover(ViewOf(accepted), accepted.After.FormerOwnerId));

    public override string Type => "organisation";

    public override OrganisationState Initial => OrganisationState.None;

    // Whoever registered an organisation is its owner, also if the event was written before it said so.
    public override OrganisationState Apply(OrganisationState state, OrganisationEvent @event, in AcceptedCommand command) =>
        state.Apply(@event is OrganisationCreated { OwnerId: null } created ? created with { OwnerId = command.ActorId } : @event);

    protected override IReadOnlyList<ReadModelRow> Project(
        OrganisationState after, IReadOnlyList<OrganisationEvent> events, in AcceptedCommand command) =>
        [new OrganisationRow(command.Key, after, command.Version)];

    public override IReadOnlyList<AuditEntry> Audit(
        OrganisationState before, OrganisationState after, IReadOnlyList<OrganisationEvent> events,
        in AcceptedCommand command) => events switch
        {
            [OrganisationCreated c] => [AuditEntry.Of("organisation.created", ("name", c.Name), ("kind", c.Kind), ("currency", c.Currency))],
            [OrganisationUpdated, ..] => AuditEntry.Changed(
                "organisation.updated",
                ("name", before.Name, after.Name), ("timeZone", before.TimeZone, after.TimeZone), ("locale", before.Locale, after.Locale),
                ("requireMfa", before.RequireMfa, after.RequireMfa), ("requireSso", before.RequireSso, after.RequireSso)),
            [OrganisationSuspended s] => AuditEntry.Of("organisation.suspended", ("reason", s.Reason)).ByThePlatform(Type, command),
            [OrganisationRestored] => AuditEntry.Of("organisation.restored").ByThePlatform(Type, command),
            [SsoRequirementSet] => AuditEntry.Of("organisation.sso-released").ByThePlatform(Type, command),
            [OwnershipHandedOver h] when AuditEntry.Of("organisation.owner-changed", ("owner", h.To), ("owner.was", h.From)) is var entry =>
                h.ByPlatform == true ? entry.ByThePlatform(Type, command) : [entry],
            _ => [],
        };

    private static OrganisationView ViewOf(Accepted<OrganisationState, OrganisationEvent> accepted) =>
        accepted.After.ToView(accepted.Command.Key.OrganisationId, accepted.Command.Version);
}

/// <summary>A row of table <c>organisation</c>.</summary>
public sealed record OrganisationRow(EntityKey Key, OrganisationState State, long Version) : ReadModelRow
{
    public override EntityKey? CoalesceBy => Key;
}
