using Npgsql;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Tables;

/// <summary>
/// Writes rows of one type with one statement, in the transaction of their commands. Usually a <see cref="Table{TRow}"/>; a table that
/// needs a statement of its own kind derives from <see cref="Table"/> and implements this.
/// </summary>
public interface IReadModelWriter
{
    Type RowType { get; }

    Table Table { get; }

    /// <summary>
    /// The statement for all rows. It must not fail on valid rows, and its text must always be the same: it is prepared.
    /// With <paramref name="missingOnly"/>, for a rebuild: rows that are only ever added may be there already, and stay as they are.
    /// </summary>
    NpgsqlBatchCommand Write(IReadOnlyList<ReadModelRow> rows, bool missingOnly);
}
