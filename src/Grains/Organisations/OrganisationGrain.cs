using Orleans.Concurrency;
using Platform.Grains.Access;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Organisations;

namespace Platform.Grains.Organisations;

/// <summary>How an organisation folds, its row, and the replies.</summary>
public sealed class OrganisationDefinition : EntityDefinition<OrganisationState, OrganisationEvent>
{
    public static readonly Reply<OrganisationState, OrganisationEvent, OrganisationView> View = FromState(ViewOf);

    /// <summary>With the former owner. A finished handover is answered in the same way again.</summary>
    public static readonly Reply<OrganisationState, OrganisationEvent, OrganisationHandover> Handover =
        FromState(static accepted => new OrganisationHandover(ViewOf(accepted), accepted.After.FormerOwnerId));

    public override string Type => "organisation";

    public override OrganisationState Initial => OrganisationState.None;

    // The founder is the owner. Older events do not say so.
    public override OrganisationState Apply(OrganisationState state, OrganisationEvent @event, in AcceptedCommand command) =>
        state.Apply(@event is OrganisationCreated { OwnerId: null } created ? created with { OwnerId = command.ActorId } : @event);

    protected override IReadOnlyList<ReadModelRow> Project(
        OrganisationState after, IReadOnlyList<OrganisationEvent> events, in AcceptedCommand command) =>
        [new OrganisationRow(command.Key, after, command.Version)];

    public override IReadOnlyList<AuditEntry> Audit(
        OrganisationState before, OrganisationState after, IReadOnlyList<OrganisationEvent> events,
        in AcceptedCommand command) => events switch
        {
            [OrganisationCreated c] =>
                [AuditEntry.Of("organisation.created", ("name", c.Name), ("kind", c.Kind), ("currency", c.Currency))],
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
public sealed record OrganisationRow(EntityKey Key, OrganisationState State, long Version) : ReadModelRow(Key);

[GrainType("organisation"), Reentrant]
internal sealed class OrganisationGrain(OrganisationDefinition definition, EntityServices services, AccessSignal access)
    : EntityGrain<OrganisationState, OrganisationEvent>(definition, services), IOrganisationGrain
{
    public Task<Result<OrganisationView>> CreateAsync(CreateOrganisation command) =>
        ExecuteAsync(command, OrganisationDecisions.Create, OrganisationDefinition.View);

    public Task<Result<OrganisationView>> UpdateAsync(UpdateOrganisation command) =>
        SignalAsync(ExecuteAsync(command, OrganisationDecisions.Update, OrganisationDefinition.View));

    public Task<Result<OrganisationView>> SuspendAsync(SuspendOrganisation command) =>
        SignalAsync(ExecuteAsync(command, OrganisationDecisions.Suspend, OrganisationDefinition.View));

    public Task<Result<OrganisationView>> RestoreAsync(RestoreOrganisation command) =>
        SignalAsync(ExecuteAsync(command, OrganisationDecisions.Restore, OrganisationDefinition.View));

    public Task<Result<OrganisationView>> ReleaseSsoAsync(ReleaseSso command) =>
        SignalAsync(ExecuteAsync(command, OrganisationDecisions.ReleaseSso, OrganisationDefinition.View));

    public Task<Result<OrganisationHandover>> HandOverAsync(HandOverOrganisation command) =>
        SignalAsync(ExecuteAsync(command, OrganisationDecisions.HandOver, OrganisationDefinition.Handover));

    public Task<Result<OrganisationView>> GetAsync() =>
        ReadAsync<OrganisationView>((state, version) =>
            version == 0 ? CommonErrors.NotFound("organisation") : state.ToView(Key.OrganisationId, version));

    private Task<Result<T>> SignalAsync<T>(Task<Result<T>> command) => access.AfterAsync(command, Key);
}
