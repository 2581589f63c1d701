using Npgsql;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Tables;

/// <summary>Writes rows of one type with one statement.</summary>
public interface IReadModelWriter
{
    Type RowType { get; }

    Table Table { get; }

    NpgsqlBatchCommand Write(IReadOnlyList<ReadModelRow> rows);

    /// <summary>The same for a rebuild: rows that are only ever added may be there already, and stay as they are.</summary>
    NpgsqlBatchCommand WriteMissing(IReadOnlyList<ReadModelRow> rows);
}

/// <summary>As <see cref="IReadModelWriter"/>, typed.</summary>
public abstract class ReadModelWriter<TRow>(Table table) : IReadModelWriter
    where TRow : ReadModelRow
{
    public Type RowType => typeof(TRow);

    public Table Table => table;

    public NpgsqlBatchCommand Write(IReadOnlyList<ReadModelRow> rows) => Write([.. rows.Cast<TRow>()]);

    public virtual NpgsqlBatchCommand WriteMissing(IReadOnlyList<ReadModelRow> rows)
    {
        var command = Write(rows);
        if (table.Kind == TableKind.Evidence)
        {
            command.CommandText += " ON CONFLICT DO NOTHING";
        }

        return command;
    }

    /// <summary>One statement for all rows; it runs in the transaction of their commands, so it must not fail on valid rows.
    /// Its text is always the same: it is prepared.</summary>
    protected abstract NpgsqlBatchCommand Write(TRow[] rows);
}

/// <summary>Finds the writer of each row and coalesces rows that overwrite each other within a batch.</summary>
public sealed class ReadModelWriters
{
    private readonly IReadModelWriter[] _writers;
    private readonly Dictionary<Type, int> _places;

    /// <summary>Their order is that of the tables' names, so that rows of the same types always make the same statements.</summary>
    public ReadModelWriters(IEnumerable<IReadModelWriter> writers)
    {
        _writers = [.. writers.OrderBy(writer => writer.Table.Name, StringComparer.Ordinal)];
        _places = Enumerable.Range(0, _writers.Length).ToDictionary(place => _writers[place].RowType);
    }

    /// <summary>An INSERT for each type of row.</summary>
    public IReadOnlyList<NpgsqlBatchCommand> Write(IEnumerable<ReadModelRow> all, bool missingOnly = false)
    {
        var rows = new SortedList<int, List<ReadModelRow>>();
        var last = new Dictionary<(int Place, EntityKey Key), int>();
        foreach (var row in all)
        {
            if (!_places.TryGetValue(row.GetType(), out var place))
            {
                throw new InvalidOperationException($"No writer handles {row.GetType().Name}.");
            }

            if (!rows.TryGetValue(place, out var list))
            {
                rows.Add(place, list = []);
            }

            if (row.CoalesceBy is { } key && !last.TryAdd((place, key), list.Count))
            {
                list[last[(place, key)]] = row;
                continue;
            }

            list.Add(row);
        }

        return [.. rows.Select(typed => Write(_writers[typed.Key], typed.Value, missingOnly))];
    }

    private static NpgsqlBatchCommand Write(IReadModelWriter writer, List<ReadModelRow> rows, bool missingOnly) =>
        missingOnly ? writer.WriteMissing(rows) : writer.Write(rows);
}
