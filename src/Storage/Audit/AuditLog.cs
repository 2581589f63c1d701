using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;

namespace Platform.Storage.Audit;

/// <summary>Writes audit rows that belong to no command, such as refusals.</summary>
[Singleton]
public sealed class AuditLog(PlatformDatabase database)
{
    /// <summary>Writes all rows or none. Existing rows are not changed, so it can be repeated.</summary>
    /// <exception cref="Platform.Grains.Engine.Journal.JournalUnavailableException">The database does not answer.</exception>
    public Task AppendAsync(IReadOnlyList<AuditRow> rows, CancellationToken cancellationToken) =>
        database.WriteAsync(AuditQueries.Table, rows, cancellationToken);
}
