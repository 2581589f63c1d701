using Npgsql;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Tables;

/// <summary>
/// A table with declared columns. The declaration determines the statement that writes rows, what a rebuild does with the table, its
/// rights, and what the start checks (<see cref="TableCheck"/>).
/// </summary>
public sealed class Table<TRow> : Table, IReadModelWriter
{
    private readonly Func<TRow[], NpgsqlParameter>[] _arrays;
    private readonly string _write;
    private readonly string _writeMissing;

    /// <exception cref="InvalidOperationException">The columns do not fit the kind.</exception>
    public Table(string name, TableKind kind, Action<TableColumns<TRow>> columns, string? filledBy = null)
        : base(name, kind, filledBy)
    {
        var declared = new TableColumns<TRow>();
        columns(declared);
        Columns = declared.Columns;
        _arrays = declared.Arrays;
        var versions = Columns.Where(column => column.Role == ColumnRole.Version).ToList();
        Require(Columns.Any(column => column.Role == ColumnRole.Key), "has no key");
        Require(Columns.DistinctBy(column => column.Name).Count() == Columns.Count, "has two columns with the same name");
        Require(versions.Count <= 1, "has two versions");
        Require(versions.Count == 0 || !declared.AddsIfAbsent, "both replaces and keeps existing rows");
        Require(kind != TableKind.Derived || versions.Count == 1, "is derived but has no version, so older rows could replace newer ones");
        Require(kind != TableKind.Evidence || versions.Count == 0, "is evidence but has a version, so rows could be replaced");

        var insert = InsertStatement.Of(name, Columns);
        var conflict = versions is [var version] ? InsertStatement.IfLater(Columns, version)
            : declared.AddsIfAbsent ? InsertStatement.IfAbsent
            : "";
        _write = insert + conflict;
        _writeMissing = conflict.Length == 0 ? insert + InsertStatement.IfAbsent : _write;
    }

    public override IReadOnlyList<Column> Columns { get; }

    Type IReadModelWriter.RowType => typeof(TRow);

    Table IReadModelWriter.Table => this;

    /// <summary>Returns one statement for all rows. Its text is always the same, so that it can be prepared.</summary>
    public NpgsqlBatchCommand Write(params TRow[] rows) => Command(_write, rows);

    NpgsqlBatchCommand IReadModelWriter.Write(IReadOnlyList<ReadModelRow> rows, bool missingOnly)
    {
        var typed = new TRow[rows.Count];
        for (var i = 0; i < typed.Length; i++)
        {
            typed[i] = (TRow)(object)rows[i];
        }

        return Command(missingOnly ? _writeMissing : _write, typed);
    }

    private NpgsqlBatchCommand Command(string text, TRow[] rows)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var array in _arrays)
        {
            command.Parameters.Add(array(rows));
        }

        return command;
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Table {Name} {otherwise}.");
        }
    }
}
