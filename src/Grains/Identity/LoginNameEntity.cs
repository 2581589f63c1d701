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

/// <summary>Who has an e-mail address; Owner is null where nobody has.</summary>
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

/// <summary>How a login name folds. It has no rows: nobody lists them.</summary>
public sealed class LoginNameDefinition : EntityDefinition<LoginNameState, LoginNameEvent>
{
    public override string Type => "login-name";

    public override LoginNameState Initial => LoginNameState.Free;

    public override LoginNameState Apply(LoginNameState state, LoginNameEvent @event) => state.Apply(@event);
}

/// <summary>What a login name accepts. Pure.</summary>
public static class LoginNameDecisions
{
    /// <summary>How long a registration may take from reserving the address to activating it.</summary>
    public static readonly TimeSpan ReservationLasts = TimeSpan.FromMinutes(1);

    public static Decision<LoginNameEvent, LoginOwner> Reserve(LoginNameState state, ReserveLoginName command, DecisionContext context)
    {
        if (state.Active || (state.Owner is not null && context.Now - state.ReservedAt < ReservationLasts))
        {
            return IdentityErrors.EmailTaken;
        }

        return Decision<LoginNameEvent, LoginOwner>.Accept(
            new LoginOwner(command.OwnerOrganisationId, command.UserId),
            new LoginNameReserved(command.OwnerOrganisationId, command.UserId, context.Now));
    }

    public static Decision<LoginNameEvent, LoginOwner> Release(LoginNameState state, ReleaseLoginName command, DecisionContext _) =>
        state.Owner is { } owner && owner.UserId == command.UserId
            ? Decision<LoginNameEvent, LoginOwner>.Accept(owner, new LoginNameReleased())
            : CommonErrors.NotFound("account");

    public static Decision<LoginNameEvent, LoginOwner> Activate(LoginNameState state, ActivateLoginName command, DecisionContext _)
    {
        if (state.Owner is not { } owner || owner.UserId != command.UserId)
        {
            return IdentityErrors.EmailTaken;
        }

        return Decision<LoginNameEvent, LoginOwner>.Accept(owner, new LoginNameActivated());
    }
}
