namespace Platform.Audit;

/// <summary>Whether the request was accepted or refused.</summary>
public enum AuditOutcome
{
    Accepted = 0,
    Refused = 1,
}

/// <summary>
/// One entry of an organisation's audit log. Action is a stable code such as <c>organisation.updated</c>; Code is the reason of a
/// refusal; ActorId is null if nobody was signed in.
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
