using System.Globalization;

namespace Platform.Storage.Engine.Tables;

/// <summary>The statement that writes any number of rows of a declared table, one array for each column.</summary>
internal static class InsertStatement
{
    public const string IfAbsent = "\nON CONFLICT DO NOTHING";

    /// <summary>What becomes of a row that is there already is left to a clause that follows.</summary>
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

    /// <summary>The clause by which a later version of a row replaces an earlier one, and not the other way round.</summary>
    public static string IfLater(IReadOnlyList<Column> columns, Column version)
    {
        var key = string.Join(", ", columns.Where(column => column.Role == ColumnRole.Key).Select(column => column.Name));
        var changes = columns.Where(column => column.Role is ColumnRole.Value or ColumnRole.Version)
            .Select(column => $"{column.Name} = excluded.{column.Name}");
        return $"\nON CONFLICT ({key}) DO UPDATE SET {string.Join(", ", changes)}\nWHERE t.{version.Name} < excluded.{version.Name}";
    }
}
