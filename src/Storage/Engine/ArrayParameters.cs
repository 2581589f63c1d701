using Npgsql;
using NpgsqlTypes;

namespace Platform.Storage.Engine;

/// <summary>Creates positional array parameters for <c>unnest</c>, one element per row.</summary>
internal static class ArrayParameters
{
    public static void AddArray<TRow, T>(
        this NpgsqlBatchCommand command, ReadOnlySpan<TRow> rows, Func<TRow, T> column, NpgsqlDbType? element = null) =>
        command.Parameters.Add(Of(rows, column, element));

    /// <summary>The array of one column's values. It is typed, to avoid boxing.</summary>
    public static NpgsqlParameter Of<TRow, T>(ReadOnlySpan<TRow> rows, Func<TRow, T> column, NpgsqlDbType? element = null)
    {
        var values = new T[rows.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = column(rows[i]);
        }

        var parameter = new NpgsqlParameter<T[]> { TypedValue = values };
        if (element is { } type)
        {
            parameter.NpgsqlDbType = NpgsqlDbType.Array | type;
        }

        return parameter;
    }
}
