using System.Globalization;

namespace Platform.Storage.Engine.Tables;

/// <summary>Builds the statement that writes any number of rows of a declared table, with one array per column.</summary>
internal static class InsertStatement
{
    public const string IfAbsent = "\nON CONFLICT DO NOTHING";

    /// <summary>The INSERT without its conflict clause.</summary>
    public static string Of(string table, IReadOnlyList<Column> columns)
    {
        var names = string.Join(", ", columns.Select(column => column.Name));
        var arrays = string.Join(", ", columns.Select((column, i) => string.Create(
            CultureInfo.InvariantCulture, $"${i + 1}::{column.Type.SentAs ?? column.Type.Name}[]")));
        var values = columns.All(column => column.Type.SentAs is null)
            ? "*"
            : string.Join(", ", columns.Select(column => column.Type.SentAs is null ? column.Name : $"{column.Name}::{column.Type.Name}"));
        return $"INSERT INTO {table} AS t ({names})\nSELECT {values} FROM unnest({arrays}) AS n ({names})";
    }

    /// <summary>The conflict clause by which only a later version of a row replaces an earlier one.</summary>
    public static string IfLater(IReadOnlyList<Column> columns, Column version)
    {
        var key = string.Join(", ", columns.Where(column => column.Role == ColumnRole.Key).Select(column => column.Name));
        var changes = columns.Where(column => column.Role is ColumnRole.Value or ColumnRole.Version)
            .Select(column => $"{column.Name} = excluded.{column.Name}");
        return $"\nON CONFLICT ({key}) DO UPDATE SET {string.Join(", ", changes)}\nWHERE t.{version.Name} < excluded.{version.Name}";
    }
}
