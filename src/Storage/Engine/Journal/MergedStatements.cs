using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// One statement from several, where a batch would do but for this: of a batch that is executed synchronously, Npgsql 10 sends only the
/// first statement from the calling thread and the others from the thread pool, behind all that waits there (NpgsqlCommand.ShouldSchedule).
/// A lane has its own thread so that no batch waits like that.
/// </summary>
public static partial class MergedStatements
{
    /// <summary>
    /// The calls are functions, made in their order, each of which sees what those before it did; the inserts are INSERT statements on
    /// tables that differ, which see nothing of that. What fails one of them fails all.
    /// </summary>
    public static string Merge(IReadOnlyList<NpgsqlBatchCommand> calls, IReadOnlyList<NpgsqlBatchCommand> inserts)
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

    /// <summary>Moves the parameters of the parts to the statement made of them.</summary>
    public static void Move(IEnumerable<NpgsqlBatchCommand> parts, NpgsqlParameterCollection parameters)
    {
        foreach (var part in parts)
        {
            NpgsqlParameter[] moved = [.. part.Parameters.Cast<NpgsqlParameter>()];
            part.Parameters.Clear();
            parameters.AddRange(moved);
        }
    }

    [GeneratedRegex(@"\$\d+")]
    private static partial Regex Place();
}
