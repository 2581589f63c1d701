using Npgsql;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Tables;

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

        return [.. rows.Select(typed => _writers[typed.Key].Write(typed.Value, missingOnly))];
    }
}
