namespace Platform.Api.Security.Audit;

/// <summary>
/// What happened, as the audit log has it: the action, why it was refused (null if it was not) and the entity, whose type is the first word
/// of the action. The details never hold a secret.
/// </summary>
public sealed record AuditEvent(string Action, string? Code = null, Guid? EntityId = null)
{
    public IReadOnlyDictionary<string, string>? Details { get; init; }

    public string? EntityType => EntityId is null ? null : Action.Split('.')[0];
}
