using Npgsql;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Tables;

/// <summary>Finds the writer of each row, and drops rows that a later row of the batch overwrites.</summary>
public sealed class ReadModelWriters
{
    private readonly IReadModelWriter[] _writers;
    private readonly Dictionary<Type, int> _indexes;

    /// <summary>Orders the writers by table name, so that rows of the same types always make the same statements.</summary>
    public ReadModelWriters(IEnumerable<IReadModelWriter> writers)
    {
        _writers = [.. writers.OrderBy(writer => writer.Table.Name, StringComparer.Ordinal)];
        _indexes = Enumerable.Range(0, _writers.Length).ToDictionary(index => _writers[index].RowType);
    }

    /// <summary>Returns one INSERT for each type of row.</summary>
    public IReadOnlyList<NpgsqlBatchCommand> Write(IEnumerable<ReadModelRow> all, bool missingOnly = false)
    {
        var rows = new SortedList<int, List<ReadModelRow>>();
        var last = new Dictionary<(int Index, EntityKey Key), int>();
        foreach (var row in all)
        {
            if (!_indexes.TryGetValue(row.GetType(), out var index))
            {
                throw new InvalidOperationException($"No writer handles {row.GetType().Name}.");
            }

            if (!rows.TryGetValue(index, out var list))
            {
                rows.Add(index, list = []);
            }

            if (row.CoalesceBy is { } key && !last.TryAdd((index, key), list.Count))
            {
                list[last[(index, key)]] = row;
                continue;
            }

            list.Add(row);
        }

        return [.. rows.Select(typed => _writers[typed.Key].Write(typed.Value, missingOnly))];
    }
}
