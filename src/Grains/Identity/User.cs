using System.Text.Json.Serialization;
using Platform.Grains.Common.Audit;
using Platform.Grains.Common.Entities;
using Platform.Grains.Common.Journal;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>What happened to a user.</summary>
[JsonDerivedType(typeof(UserRegistered), "registered")]
public abstract record UserEvent;

public sealed record UserRegistered(
    string Email, string DisplayName, UserTier Tier, string PasswordHash, Guid? WalletId, DateTimeOffset At) : UserEvent;

/// <summary>The state of a user; Email is empty before registration.</summary>
public sealed record UserState(string Email, string DisplayName, UserTier Tier, string PasswordHash, Guid? WalletId, DateTimeOffset CreatedAt)
{
    public static readonly UserState None = new("", "", UserTier.Individual, "", null, default);

    public static UserState Apply(UserState _, UserEvent @event) => @event switch
    {
        UserRegistered r => new(r.Email, r.DisplayName, r.Tier, r.PasswordHash, r.WalletId, r.At),
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a user."),
    };

    public UserView ToView(EntityKey key, long version) =>
        new(key.Id, key.OrganisationId, Email, DisplayName, Tier, WalletId, CreatedAt, version);
}

/// <summary>How a user folds, and its row.</summary>
public sealed class UserDefinition : EntityDefinition<UserState, UserEvent>
{
    public override string Type => "user";

    public override UserState Initial => UserState.None;

    public override UserState Apply(UserState state, UserEvent @event) => UserState.Apply(state, @event);

    public override IReadOnlyList<ReadModelRow> Project(UserState after, IReadOnlyList<UserEvent> events, in Projected command) =>
        [new UserRow(command.Key, after, command.Version)];

    public override IReadOnlyList<AuditEntry> Audit(
        UserState before, UserState after, IReadOnlyList<UserEvent> events, in Projected command) => events switch
        {
            [UserRegistered r] => [AuditEntry.Of("user.registered", ("email", r.Email), ("tier", r.Tier))],
            _ => [],
        };
}

/// <summary>A row of table <c>user_account</c>; the password hash stays in the journal.</summary>
public sealed record UserRow(EntityKey Key, UserState State, long Version) : ReadModelRow
{
    public override EntityKey? CoalesceBy => Key;
}
