using Npgsql;
using NpgsqlTypes;

namespace Platform.Storage.Engine;

/// <summary>Positional array parameters, one element per row, for <c>unnest</c>.</summary>
internal static class ArrayParameters
{
    public static void AddArray<TRow, T>(this NpgsqlBatchCommand command, IReadOnlyList<TRow> rows, Func<TRow, T> column, NpgsqlDbType? type = null)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = column(rows[i]);
        }

        var parameter = new NpgsqlParameter<T[]> { TypedValue = values };
        if (type is { } element)
        {
            parameter.NpgsqlDbType = NpgsqlDbType.Array | element;
        }

        command.Parameters.Add(parameter);
    }
}
