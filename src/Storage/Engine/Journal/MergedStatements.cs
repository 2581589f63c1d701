using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// Merges several statements into one. A batch would do, but in synchronous execution Npgsql 10 sends only its first statement from the
/// calling thread and the others from the thread pool, behind everything that waits there (NpgsqlCommand.ShouldSchedule). A lane has
/// its own thread to avoid exactly that wait.
/// </summary>
public static partial class MergedStatements
{
    /// <summary>
    /// The calls are functions, which run in order and see the effects of those before. The inserts are INSERT statements on
    /// different tables, which do not see these effects. If one fails, all fail.
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
            return Placeholder().Replace(part.CommandText, placeholder => string.Create(
                CultureInfo.InvariantCulture, $"${offset + int.Parse(placeholder.ValueSpan[1..], CultureInfo.InvariantCulture)}"));
        }
    }

    /// <summary>Moves the parameters of the parts to the merged statement.</summary>
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
    private static partial Regex Placeholder();
}
