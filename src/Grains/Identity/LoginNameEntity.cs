using System.Text.Json.Serialization;
using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>What happened to an e-mail address.</summary>
[JsonDerivedType(typeof(LoginNameReserved), "reserved")]
[JsonDerivedType(typeof(LoginNameActivated), "activated")]
[JsonDerivedType(typeof(LoginNameReleased), "released")]
public abstract record LoginNameEvent;

public sealed record LoginNameReserved(Guid OrganisationId, Guid UserId, DateTimeOffset At) : LoginNameEvent;

public sealed record LoginNameActivated : LoginNameEvent;

public sealed record LoginNameReleased : LoginNameEvent;

/// <summary>Who has an e-mail address; Owner is null if nobody has.</summary>
public sealed record LoginNameState(LoginOwner? Owner, DateTimeOffset ReservedAt, bool Active)
{
    public static readonly LoginNameState Free = new(null, default, false);

    public LoginNameState Apply(LoginNameEvent @event) => @event switch
    {
        LoginNameReserved r => new(new LoginOwner(r.OrganisationId, r.UserId), r.At, false),
        LoginNameActivated => this with { Active = true },
        LoginNameReleased => Free,
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a login name."),
    };
}

/// <summary>How a login name folds, and the reply. It has no rows: nobody lists them.</summary>
public sealed class LoginNameDefinition : EntityDefinition<LoginNameState, LoginNameEvent>
{
    /// <summary>Whose the address is, or was until the command released it.</summary>
    public static readonly Reply<LoginNameState, LoginNameEvent, LoginOwner> Owner =
        FromState(static accepted => (accepted.After.Owner ?? accepted.Before.Owner)!);

    public override string Type => "login-name";

    public override LoginNameState Initial => LoginNameState.Free;

    public override LoginNameState Apply(LoginNameState state, LoginNameEvent @event, in AcceptedCommand command) => state.Apply(@event);
}

/// <summary>What a login name accepts. Pure.</summary>
public static class LoginNameDecisions
{
    /// <summary>How long a registration may take from reserving the address to activating it.</summary>
    public static readonly TimeSpan ReservationLasts = TimeSpan.FromMinutes(1);

    public static Decision<LoginNameEvent> Reserve(LoginNameState state, ReserveLoginName command, DecisionContext context) =>
        state.Active || (state.Owner is not null && context.Now - state.ReservedAt < ReservationLasts)
            ? IdentityErrors.EmailTaken
            : new LoginNameReserved(command.OwnerOrganisationId, command.UserId, context.Now);

    public static Decision<LoginNameEvent> Release(LoginNameState state, ReleaseLoginName command, DecisionContext _) =>
        state.Owner is { } owner && owner.UserId == command.UserId
            ? new LoginNameReleased()
            : CommonErrors.NotFound("account");

    public static Decision<LoginNameEvent> Activate(LoginNameState state, ActivateLoginName command, DecisionContext _) =>
        state.Owner is { } owner && owner.UserId == command.UserId ? new LoginNameActivated() : IdentityErrors.EmailTaken;
}
