using System.Text.Json.Serialization;
using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>An event of an e-mail address.</summary>
[JsonDerivedType(typeof(LoginNameReserved), "reserved")]
[JsonDerivedType(typeof(LoginNameActivated), "activated")]
[JsonDerivedType(typeof(LoginNameReleased), "released")]
public abstract record LoginNameEvent;

public sealed record LoginNameReserved(Guid OrganisationId, Guid UserId, DateTimeOffset At) : LoginNameEvent;

public sealed record LoginNameActivated : LoginNameEvent;

public sealed record LoginNameReleased : LoginNameEvent;

/// <summary>The owner of an e-mail address; null if there is none.</summary>
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

/// <summary>Folds the events of a login name, and defines its reply. It has no rows, because login names are never listed.</summary>
public sealed class LoginNameDefinition : EntityDefinition<LoginNameState, LoginNameEvent>
{
    /// <summary>The owner of the address, or the owner until the command released it.</summary>
    public static readonly Reply<LoginNameState, LoginNameEvent, LoginOwner> Owner =
        FromState(static accepted => (accepted.After.Owner ?? accepted.Before.Owner)!);

    public override string Type => "login-name";

    public override LoginNameState Initial => LoginNameState.Free;

    public override LoginNameState Apply(LoginNameState state, LoginNameEvent @event, in AcceptedCommand command) => state.Apply(@event);
}

/// <summary>Decides the commands of a login name. Pure.</summary>
public static class LoginNameDecisions
{
    /// <summary>How long a registration may take between reserving and activating the address.</summary>
    public static readonly TimeSpan ReservationLifetime = TimeSpan.FromMinutes(1);

    public static Decision<LoginNameEvent> Reserve(LoginNameState state, ReserveLoginName command, DecisionContext context) =>
        state.Active || (state.Owner is not null && context.Now - state.ReservedAt < ReservationLifetime)
            ? IdentityErrors.EmailTaken
            : new LoginNameReserved(command.OwnerOrganisationId, command.UserId, context.Now);

    public static Decision<LoginNameEvent> Release(LoginNameState state, ReleaseLoginName command, DecisionContext _) =>
        state.Owner is { } owner && owner.UserId == command.UserId
            ? new LoginNameReleased()
            : CommonErrors.NotFound("account");

    public static Decision<LoginNameEvent> Activate(LoginNameState state, ActivateLoginName command, DecisionContext _) =>
        state.Owner is { } owner && owner.UserId == command.UserId ? new LoginNameActivated() : IdentityErrors.EmailTaken;
}
