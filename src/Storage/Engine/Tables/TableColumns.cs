using Npgsql;
using NpgsqlTypes;

namespace Platform.Storage.Engine.Tables;

/// <summary>
/// Declares the columns of a table: name, role, and how to read the value from a row. The PostgreSQL type follows from the type of the
/// value unless it is given.
/// </summary>
public sealed class TableColumns<TRow>
{
    private readonly List<Column> _columns = [];
    private readonly List<Func<TRow[], NpgsqlParameter>> _arrays = [];

    internal IReadOnlyList<Column> Columns => _columns;

    /// <summary>For each column, creates the parameter with its values of all rows.</summary>
    internal Func<TRow[], NpgsqlParameter>[] Arrays => [.. _arrays];

    internal bool AddsIfAbsent { get; private set; }

    /// <inheritdoc cref="ColumnRole.Key"/>
    public TableColumns<TRow> Key<T>(string name, Func<TRow, T> read) => Add(name, ColumnRole.Key, read, null);

    /// <inheritdoc cref="ColumnRole.Fixed"/>
    public TableColumns<TRow> Fixed<T>(string name, Func<TRow, T> read, ColumnType? type = null) => Add(name, ColumnRole.Fixed, read, type);

    /// <inheritdoc cref="ColumnRole.Value"/>
    public TableColumns<TRow> Value<T>(string name, Func<TRow, T> read, ColumnType? type = null) => Add(name, ColumnRole.Value, read, type);

    /// <inheritdoc cref="ColumnRole.Version"/>
    public TableColumns<TRow> Version<T>(string name, Func<TRow, T> read) => Add(name, ColumnRole.Version, read, null);

    /// <summary>Keeps a row that exists already. Without this, adding it again is an error, except in a rebuild.</summary>
    public TableColumns<TRow> AddIfAbsent()
    {
        AddsIfAbsent = true;
        return this;
    }

    private TableColumns<TRow> Add<T>(string name, ColumnRole role, Func<TRow, T> read, ColumnType? type)
    {
        type ??= ColumnType.Of(typeof(T));
        _columns.Add(new Column(name, type, role));
        _arrays.Add(ArrayOf(read, type.Element));
        return this;
    }

    // The element type is always explicit: Npgsql would send an array of times that starts with null as local times.
    private static Func<TRow[], NpgsqlParameter> ArrayOf<T>(Func<TRow, T> read, NpgsqlDbType element)
    {
        if (read is Func<TRow, DateTimeOffset> instant)
        {
            return ArrayOf(row => instant(row).UtcDateTime, element);
        }

        if (read is Func<TRow, DateTimeOffset?> optional)
        {
            return ArrayOf(row => optional(row)?.UtcDateTime, element);
        }

        return rows => ArrayParameters.Of(rows, read, element);
    }
}
