using Npgsql;
using Platform.Grains.Common.Journal;

namespace Platform.Storage.ReadModels;

/// <summary>Writes rows of one type with one statement.</summary>
public interface IReadModelWriter
{
    Type RowType { get; }

    NpgsqlBatchCommand Write(IReadOnlyList<ReadModelRow> rows);

    /// <summary>The same for a rebuild: rows that are only ever added may be there already, and stay as they are.</summary>
    NpgsqlBatchCommand WriteMissing(IReadOnlyList<ReadModelRow> rows);
}

/// <summary>As <see cref="IReadModelWriter"/>, typed.</summary>
public abstract class ReadModelWriter<TRow> : IReadModelWriter
    where TRow : ReadModelRow
{
    public Type RowType => typeof(TRow);

    /// <summary>True where the table is evidence: a rebuild does not empty it but adds what it lacks.</summary>
    protected virtual bool AppendOnly => false;

    public NpgsqlBatchCommand Write(IReadOnlyList<ReadModelRow> rows) => Write([.. rows.Cast<TRow>()]);

    public NpgsqlBatchCommand WriteMissing(IReadOnlyList<ReadModelRow> rows)
    {
        var command = Write(rows);
        if (AppendOnly)
        {
            command.CommandText += " ON CONFLICT DO NOTHING";
        }

        return command;
    }

    /// <summary>One statement for all rows; it runs in the transaction of their commands, so it must not fail on valid rows.</summary>
    protected abstract NpgsqlBatchCommand Write(TRow[] rows);
}

/// <summary>Finds the writer of each row and coalesces rows that overwrite each other within a batch.</summary>
public sealed class ReadModelWriters(IEnumerable<IReadModelWriter> writers)
{
    private readonly Dictionary<Type, IReadModelWriter> _writers = writers.ToDictionary(writer => writer.RowType);

    /// <summary>An INSERT for each type of row.</summary>
    public IEnumerable<NpgsqlBatchCommand> Write(IEnumerable<ReadModelRow> all, bool missingOnly = false)
    {
        var rows = new Dictionary<Type, List<ReadModelRow>>();
        var last = new Dictionary<(Type, EntityKey), int>();
        foreach (var row in all)
        {
            var type = row.GetType();
            if (!rows.TryGetValue(type, out var list))
            {
                rows.Add(type, list = []);
            }

            if (row.CoalesceBy is { } key && !last.TryAdd((type, key), list.Count))
            {
                list[last[(type, key)]] = row;
                continue;
            }

            list.Add(row);
        }

        return rows.Select(written => missingOnly ? _writers[written.Key].WriteMissing(written.Value) : _writers[written.Key].Write(written.Value));
    }
}
