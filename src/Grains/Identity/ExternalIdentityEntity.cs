using System.Text.Json.Serialization;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>An event of an identity at another provider.</summary>
[JsonDerivedType(typeof(ExternalIdentityReserved), "reserved")]
[JsonDerivedType(typeof(ExternalIdentityActivated), "activated")]
[JsonDerivedType(typeof(ExternalIdentityLinked), "linked")]
[JsonDerivedType(typeof(ExternalIdentityUnlinked), "unlinked")]
public abstract record ExternalIdentityEvent;

public sealed record ExternalIdentityReserved(LoginOwner Owner, ExternalIdentity Identity) : ExternalIdentityEvent;

public sealed record ExternalIdentityActivated(DateTimeOffset At) : ExternalIdentityEvent;

public sealed record ExternalIdentityLinked(LoginOwner Owner, ExternalIdentity Identity, DateTimeOffset At) : ExternalIdentityEvent;

public sealed record ExternalIdentityUnlinked : ExternalIdentityEvent;

/// <summary>The status of an identity's link.</summary>
public enum LinkStatus
{
    Free = 0,
    Reserved = 1,
    Active = 2,
}

/// <summary>The state of an external identity. After a link ends, Owner is still the last owner, so that its row can be updated.</summary>
public sealed record ExternalIdentityState(LinkStatus Status, LoginOwner? Owner, ExternalIdentity? Identity, DateTimeOffset LinkedAt)
{
    public static readonly ExternalIdentityState Unknown = new(LinkStatus.Free, null, null, default);

    public ExternalIdentityState Apply(ExternalIdentityEvent @event) => @event switch
    {
        ExternalIdentityReserved r => new(LinkStatus.Reserved, r.Owner, r.Identity, default),
        ExternalIdentityActivated a => this with { Status = LinkStatus.Active, LinkedAt = a.At },
        ExternalIdentityLinked l => new(LinkStatus.Active, l.Owner, l.Identity, l.At),
        ExternalIdentityUnlinked => this with { Status = LinkStatus.Free },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of an external identity."),
    };
}

/// <summary>Folds the events of an external identity, and defines its row and reply.</summary>
public sealed class ExternalIdentityDefinition : EntityDefinition<ExternalIdentityState, ExternalIdentityEvent>
{
    public static readonly Reply<ExternalIdentityState, ExternalIdentityEvent, LoginOwner> Owner =
        FromState(static accepted => accepted.After.Owner!);

    public override string Type => "external-identity";

    public override ExternalIdentityState Initial => ExternalIdentityState.Unknown;

    public override ExternalIdentityState Apply(ExternalIdentityState state, ExternalIdentityEvent @event, in AcceptedCommand command) =>
        state.Apply(@event);

    protected override IReadOnlyList<ReadModelRow> Project(
        ExternalIdentityState after, IReadOnlyList<ExternalIdentityEvent> events, in AcceptedCommand command) =>
        after is { Owner: { } owner, Identity: { } identity, Status: not LinkStatus.Reserved }
            ? [new ExternalIdentityRow(command.Key.Id, owner, identity, after.LinkedAt, after.Status == LinkStatus.Active, command.Version)]
            : [];

    // The entity belongs to the platform, but its changes concern a user, so they go into the log of the user's organisation.
    public override IReadOnlyList<AuditEntry> Audit(
        ExternalIdentityState before, ExternalIdentityState after, IReadOnlyList<ExternalIdentityEvent> events, in AcceptedCommand command)
    {
        var action = events switch
        {
            [ExternalIdentityActivated or ExternalIdentityLinked] => "user.identity-linked",
            [ExternalIdentityUnlinked] => "user.identity-unlinked",
            _ => null,
        };
        return action is null || after is not { Owner: { } owner, Identity: { } identity }
            ? []
            : [AuditEntry.Of(
                action, ("provider", identity.Provider), ("issuer", identity.Issuer), ("subject", identity.Subject),
                ("email", identity.Email),
                ("identityId", command.Key.Id)) with
            {
                OrganisationId = owner.OrganisationId, EntityType = "user", EntityId = owner.UserId,
            }];
    }
}

/// <summary>A row of table <c>external_identity</c>, which belongs to the organisation of the user.</summary>
public sealed record ExternalIdentityRow(
    Guid Id, LoginOwner Owner, ExternalIdentity Identity, DateTimeOffset LinkedAt, bool Active, long Version)
    : ReadModelRow(new EntityKey(Owner.OrganisationId, Id)); // By owner: unlinking and linking again can be rows of two organisations.

/// <summary>Decides the commands of an external identity. Pure.</summary>
public static class ExternalIdentityDecisions
{
    private const int MaxLength = 512;

    public static Decision<ExternalIdentityEvent> Reserve(
        ExternalIdentityState state, ReserveExternalIdentity command, DecisionContext context)
    {
        if (!IsValid(command.Identity, context.Key))
        {
            return IdentityErrors.InvalidIdentity;
        }

        if (state.Status == LinkStatus.Active)
        {
            return IdentityErrors.IdentityTaken;
        }

        // A second attempt completes the account of the first.
        return state is { Status: LinkStatus.Reserved, Owner: { } reserved } && reserved.OrganisationId == command.OwnerOrganisationId
            ? Decision<ExternalIdentityEvent>.Unchanged
            : new ExternalIdentityReserved(new LoginOwner(command.OwnerOrganisationId, command.UserId), command.Identity);
    }

    public static Decision<ExternalIdentityEvent> Activate(
        ExternalIdentityState state, ActivateExternalIdentity command, DecisionContext context)
    {
        if (state.Owner is not { } owner || owner.UserId != command.UserId || state.Status == LinkStatus.Free)
        {
            return IdentityErrors.IdentityTaken;
        }

        return state.Status == LinkStatus.Active
            ? Decision<ExternalIdentityEvent>.Unchanged
            : new ExternalIdentityActivated(context.Now);
    }

    public static Decision<ExternalIdentityEvent> Link(
        ExternalIdentityState state, LinkExternalIdentity command, DecisionContext context)
    {
        if (!IsValid(command.Identity, context.Key))
        {
            return IdentityErrors.InvalidIdentity;
        }

        var owner = new LoginOwner(command.OwnerOrganisationId, command.UserId);
        return state.Status != LinkStatus.Active ? new ExternalIdentityLinked(owner, command.Identity, context.Now)
            : state.Owner == owner ? Decision<ExternalIdentityEvent>.Unchanged
            : IdentityErrors.IdentityTaken;
    }

    public static Decision<ExternalIdentityEvent> Unlink(
        ExternalIdentityState state, UnlinkExternalIdentity command, DecisionContext _) =>
        state.Status == LinkStatus.Active && state.Owner == new LoginOwner(command.OwnerOrganisationId, command.UserId)
            ? new ExternalIdentityUnlinked()
            : CommonErrors.NotFound("identity");

    private static bool IsValid(ExternalIdentity identity, EntityKey key) =>
        Text.IsLine(identity.Issuer, MaxLength) && Text.IsLine(identity.Subject, MaxLength) && Text.IsLine(identity.Provider, 64) &&
        (identity.Email is null || Text.IsLine(identity.Email, MaxLength)) &&
        ExternalIdentity.KeyOf(identity.Issuer, identity.Subject) == key;
}
