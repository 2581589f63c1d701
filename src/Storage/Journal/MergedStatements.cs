using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Platform.Storage.Journal;

/// <summary>
/// One statement from several, where a batch would do but for this: of a batch that is executed synchronously, Npgsql 10 sends only the
/// first statement from the calling thread and the others from the thread pool, behind all that waits there (NpgsqlCommand.ShouldSchedule).
/// A lane has its own thread so that no batch waits like that. The texts are few: one for each mixture of kinds of rows.
/// </summary>
public sealed partial class MergedStatements
{
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>
    /// The calls are functions, made in their order, each of which sees what those before it did; the inserts are INSERT statements on
    /// tables that differ, which see nothing of that. What fails one of them fails all. Takes their parameters.
    /// </summary>
    public NpgsqlCommand Of(IReadOnlyList<NpgsqlBatchCommand> calls, IReadOnlyList<NpgsqlBatchCommand> inserts)
    {
        var key = string.Join('\n', calls.Concat(inserts).Select(part => part.CommandText));
        var merged = new NpgsqlCommand(_texts.GetOrAdd(key, static (_, parts) => Merge(parts.calls, parts.inserts), (calls, inserts)));
        foreach (var part in calls.Concat(inserts))
        {
            NpgsqlParameter[] parameters = [.. part.Parameters.Cast<NpgsqlParameter>()];
            part.Parameters.Clear();
            merged.Parameters.AddRange(parameters);
        }

        return merged;
    }

    private static string Merge(IReadOnlyList<NpgsqlBatchCommand> calls, IReadOnlyList<NpgsqlBatchCommand> inserts)
    {
        var before = 0;
        var selected = string.Join(", ", calls.Select(Renumbered).ToList());
        var with = string.Join(",\n", inserts.Select((insert, i) => $"i{i} AS ({Renumbered(insert)})").ToList());
        return with.Length == 0 ? $"SELECT {selected}" : $"WITH {with}\nSELECT {selected}";

        string Renumbered(NpgsqlBatchCommand part)
        {
            var offset = before;
            before += part.Parameters.Count;
            return Place().Replace(part.CommandText, place => string.Create(
                CultureInfo.InvariantCulture, $"${offset + int.Parse(place.ValueSpan[1..], CultureInfo.InvariantCulture)}"));
        }
    }

    [GeneratedRegex(@"\$\d+")]
    private static partial Regex Place();
}
