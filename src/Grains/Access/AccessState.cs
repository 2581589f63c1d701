using System.Collections.Immutable;
using Platform.Access;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Access;

/// <summary>A custom role, and the number of the event that last changed it.</summary>
public sealed record CustomRole(string Code, string Name, IReadOnlyList<string> Permissions, long Version)
{
    public RoleView ToView() => new(Code, Name, Permissions, RoleKind.Custom, Version);
}

/// <summary>The custom roles by code, the codes of deleted ones, and the number of events so far.</summary>
public sealed record AccessState(long Changes, ImmutableDictionary<string, CustomRole> Roles, ImmutableHashSet<string> Retired)
{
    public static readonly AccessState Empty = new(0, ImmutableDictionary<string, CustomRole>.Empty, []);

    public AccessState Apply(AccessEvent @event) => @event switch
    {
        RoleSet e => this with
        {
            Changes = Changes + 1, Roles = Roles.SetItem(e.Code, new CustomRole(e.Code, e.Name, e.Permissions, Changes + 1)),
        },
        RoleDeleted e => new(Changes + 1, Roles.Remove(e.Code), Retired.Add(e.Code)),
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of access."),
    };
}

/// <summary>
/// Folds the events of custom roles, and defines the replies. There are few roles and the grain lists them, so there are no rows.
/// </summary>
public sealed class AccessDefinition : EntityDefinition<AccessState, AccessEvent>
{
    /// <summary>The roles that were created, those that existed before, and those that stay deleted.</summary>
    public static readonly Reply<AccessState, AccessEvent, AccessSetUp> SetUp = FromState(static accepted => new AccessSetUp(
        [.. accepted.Events.OfType<RoleSet>().Select(set => set.Code)],
        [.. StandardGroups.All.Select(group => group.Code).Where(accepted.Before.Roles.ContainsKey)],
        [.. StandardGroups.All.Select(group => group.Code).Where(accepted.Before.Retired.Contains)]));

    public override string Type => "access";

    public override AccessState Initial => AccessState.Empty;

    public override AccessState Apply(AccessState state, AccessEvent @event, in AcceptedCommand command) => state.Apply(@event);

    /// <summary>A role after the command; a deleted role as it was before.</summary>
    public static Reply<AccessState, AccessEvent, RoleView> Role(string code) =>
        FromState(accepted => (accepted.After.Roles.GetValueOrDefault(code) ?? accepted.Before.Roles[code]).ToView());

    public override IReadOnlyList<AuditEntry> Audit(
        AccessState before, AccessState after, IReadOnlyList<AccessEvent> events, in AcceptedCommand command) =>
        [.. events.SelectMany(@event => Audit(before, @event))];

    // A command changes each role at most once, so the state before the command is also the state before each event.
    private static IReadOnlyList<AuditEntry> Audit(AccessState before, AccessEvent @event) => @event switch
    {
        RoleSet s when before.Roles.GetValueOrDefault(s.Code) is { } was =>
        [
            .. AuditEntry.Changed("role.changed", ("name", was.Name, s.Name), ("permissions", was.Permissions, s.Permissions))
                .Select(entry => entry.With("role", s.Code)),
        ],
        RoleSet s => [AuditEntry.Of("role.created", ("role", s.Code), ("name", s.Name), ("permissions", s.Permissions))],
        RoleDeleted d =>
            [AuditEntry.Of("role.deleted", ("role", d.Code), ("permissions", before.Roles.GetValueOrDefault(d.Code)?.Permissions))],
        _ => [],
    };
}
