using Npgsql;
using Platform.Storage.Engine.Migrations;

namespace Platform.Storage.Engine.Tables;

/// <summary>
/// Checks that the schema has what this build declares: the tables, their columns and types, a unique index on each key, and the
/// triggers of evidence. Anything else may belong to a newer build and is ignored.
/// </summary>
public static class TableCheck
{
    /// <summary>Whether the relation <c>c</c> has the append-only trigger. Enabled ALWAYS, it fires in replication sessions too.</summary>
    internal const string HasFenceSql =
        "EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = c.relname || '_append_only' AND t.tgenabled = 'A')";

    private const string InThisSchema = "c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

    private const string TablesSql =
        $"""
        SELECT CASE WHEN c.oid IS NULL THEN d.name || ' is declared but missing'
                    ELSE d.name || ' is evidence but its trigger ' || d.name || '_append_only is not enabled' END
        FROM unnest($1, $2, $3) AS d (name, is_view, is_evidence)
        LEFT JOIN pg_class c ON c.relname = d.name AND {InThisSchema}
             AND c.relkind IN ('r', 'p', 'v', 'm') AND (c.relkind IN ('v', 'm')) = d.is_view
        WHERE c.oid IS NULL OR (d.is_evidence AND NOT {HasFenceSql})
        ORDER BY d.name
        """;

    private const string ColumnsSql =
        $"""
        SELECT CASE WHEN a.attnum IS NULL THEN format('column %s.%s is declared but missing', d.name, d.column)
                    ELSE format('column %s.%s is declared as %s but is %s', d.name, d.column, d.type,
                                format_type(a.atttypid, a.atttypmod)) END
        FROM unnest($1, $2, $3) AS d (name, "column", type)
        JOIN pg_class c ON c.relname = d.name AND {InThisSchema}
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = d.column AND a.attnum > 0 AND NOT a.attisdropped
        WHERE a.attnum IS NULL OR a.atttypid IS DISTINCT FROM to_regtype(d.type)
        ORDER BY d.name, d.column
        """;

    // Partial, expression and deferred indexes do not count.
    private const string KeysSql =
        $"""
        SELECT format('%s has no unique index on its key (%s)', d.name, d.key)
        FROM unnest($1, $2) AS d (name, key)
        JOIN pg_class c ON c.relname = d.name AND {InThisSchema}
        WHERE NOT EXISTS (
            SELECT FROM pg_index i
            WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
              AND d.key = (SELECT string_agg(a.attname, ', ' ORDER BY a.attname)
                           FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
                           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
                           WHERE k.place <= i.indnkeyatts))
        ORDER BY d.name
        """;

    /// <exception cref="MigrationException">The database does not have everything that is declared.</exception>
    public static async Task RunAsync(NpgsqlConnection connection, IReadOnlyList<Table> tables, CancellationToken cancellationToken)
    {
        var columns = tables.SelectMany(table => table.Columns.Select(column => (Table: table.Name, Column: column))).ToArray();
        Table[] keyed = [.. tables.Where(table => table.Columns.Count > 0)];
        string[] faults =
        [
            .. await AskAsync(
                TablesSql, Of(tables, table => table.Name), Of(tables, table => table.Kind == TableKind.View),
                Of(tables, table => table.Kind == TableKind.Evidence)),
            .. await AskAsync(
                ColumnsSql, Of(columns, one => one.Table), Of(columns, one => one.Column.Name), Of(columns, one => one.Column.Type.Name)),
            .. await AskAsync(KeysSql, Of(keyed, table => table.Name), Of(keyed, KeyOf)),
        ];
        if (faults.Length > 0)
        {
            throw new MigrationException($"The tables of the database do not fit this build: {string.Join("; ", faults)}.");
        }

        async Task<List<string>> AskAsync(string question, params NpgsqlParameter[] declared)
        {
            await using var command = new NpgsqlCommand(question, connection);
            command.Parameters.AddRange(declared);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var found = new List<string>();
            while (await reader.ReadAsync(cancellationToken))
            {
                found.Add(reader.GetString(0));
            }

            return found;
        }
    }

    private static NpgsqlParameter<T[]> Of<TDeclared, T>(IReadOnlyList<TDeclared> declared, Func<TDeclared, T> what) =>
        new() { TypedValue = [.. declared.Select(what)] };

    private static string KeyOf(Table table)
    {
        var key = table.Columns.Where(column => column.Role == ColumnRole.Key).Select(column => column.Name);
        return string.Join(", ", key.Order(StringComparer.Ordinal));
    }
}
