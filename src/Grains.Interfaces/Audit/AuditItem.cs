namespace Platform.Audit;

/// <summary>Whether what was asked for happened.</summary>
public enum AuditOutcome
{
    Accepted = 0,
    Refused = 1,
}

/// <summary>
/// One entry of an organisation's audit log. Action is a stable code such as <c>organisation.updated</c>; Code says why it was
/// refused; ActorId is null where nobody was signed in.
/// </summary>
public sealed record AuditItem(
    Guid Id,
    DateTimeOffset At,
    Guid? ActorId,
    ActorKind ActorKind,
    string Action,
    AuditOutcome Outcome,
    string? Code,
    string? EntityType,
    Guid? EntityId,
    string? Ip,
    string? UserAgent,
    string? TraceId,
    IReadOnlyDictionary<string, string> Details);
