using Npgsql;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Tables;

/// <summary>
/// Writes rows of one type with one statement, in the transaction of their commands. Usually a <see cref="Table{TRow}"/>; a table with
/// a special statement derives from <see cref="Table"/> and implements this.
/// </summary>
public interface IReadModelWriter
{
    Type RowType { get; }

    Table Table { get; }

    /// <summary>
    /// The statement for all rows. It must not fail for valid rows, and its text must always be the same, because it is prepared.
    /// If <paramref name="missingOnly"/>, for a rebuild, append-only rows that exist already stay as they are.
    /// </summary>
    NpgsqlBatchCommand Write(IReadOnlyList<ReadModelRow> rows, bool missingOnly);
}
