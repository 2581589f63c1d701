using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;

namespace Platform.Storage.Audit;

/// <summary>Writes rows of the audit log for which there is no command, such as refusals.</summary>
[Singleton]
public sealed class AuditLog(PlatformDatabase database)
{
    /// <summary>All of them or none. Rows that are there already stay as they are, so that it may be repeated.</summary>
    /// <exception cref="Platform.Grains.Engine.Journal.JournalUnavailableException">The store does not answer.</exception>
    public Task AppendAsync(IReadOnlyList<AuditRow> rows, CancellationToken cancellationToken) =>
        database.WriteAsync(AuditQueries.Table, rows, cancellationToken);
}
