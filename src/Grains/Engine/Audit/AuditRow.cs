using System.Globalization;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Audit;

/// <summary>A row of table <c>audit_log</c>. It is written once and never changed. Rows with the same id are the same row.</summary>
public sealed record AuditRow(
    Guid OrganisationId,
    DateTimeOffset At,
    Guid Id,
    Guid? ActorId,
    string Action,
    string? Code,
    string? EntityType,
    Guid? EntityId,
    Origin Origin,
    IReadOnlyDictionary<string, string> Details) : ReadModelRow
{
    private static readonly Origin Internal = new(null, null, null, ActorKind.System);

    /// <summary>The rows of one command. Their ids derive from entity, version and index, so a rebuild creates the same ones.</summary>
    internal static IEnumerable<AuditRow> Of(string entityType, IReadOnlyList<AuditEntry> entries, AcceptedCommand command)
    {
        var key = command.Key;
        var seed = OperationId.FromKey($"audit/{key}", command.Version.ToString(CultureInfo.InvariantCulture));
        return entries.Select((entry, index) => new AuditRow(
            entry.OrganisationId ?? key.OrganisationId,
            command.At,
            seed.NewId(command.At, index),
            command.ActorId,
            entry.Action,
            entry.Code,
            entry.EntityType ?? entityType,
            entry.EntityId ?? key.Id,
            entry.WithoutOrigin ? Internal : command.Origin ?? Internal,
            entry.Details));
    }
}
