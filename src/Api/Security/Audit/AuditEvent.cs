namespace Platform.Api.Security.Audit;

/// <summary>
/// An event for the audit log: the action, the refusal code (null if accepted) and the entity, whose type is the first word of the
/// action. Details must never contain secrets.
/// </summary>
public sealed record AuditEvent(string Action, string? Code = null, Guid? EntityId = null)
{
    public IReadOnlyDictionary<string, string>? Details { get; init; }

    public string? EntityType => EntityId is null ? null : Action.Split('.')[0];
}
