using Npgsql;
using Platform.Storage.Engine.Migrations;

namespace Platform.Storage.Engine.Tables;

/// <summary>Whether the schema has what this build declares. What it has besides may be of a newer build and is not asked about.</summary>
internal static class TableCheck
{
    /// <summary>True where the relation <c>c</c> has the trigger that lets its rows only grow. ALWAYS: also in sessions that replicate.</summary>
    public const string HasFenceSql =
        "EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = c.relname || '_append_only' AND t.tgenabled = 'A')";

    private const string Question =
        $"""
        SELECT d.name, c.oid IS NULL
        FROM unnest($1, $2, $3) AS d (name, is_view, is_evidence)
        LEFT JOIN pg_class c ON c.relname = d.name AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
             AND c.relkind IN ('r', 'p', 'v', 'm') AND (c.relkind IN ('v', 'm')) = d.is_view
        WHERE c.oid IS NULL OR (d.is_evidence AND NOT {HasFenceSql})
        ORDER BY d.name
        """;

    /// <exception cref="MigrationException">A declared table is missing, or one that is evidence lacks its trigger.</exception>
    public static async Task RunAsync(NpgsqlConnection connection, IReadOnlyList<Table> tables, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Question, connection);
        command.Parameters.Add(new() { Value = tables.Select(table => table.Name).ToArray() });
        command.Parameters.Add(new() { Value = tables.Select(table => table.Kind == TableKind.View).ToArray() });
        command.Parameters.Add(new() { Value = tables.Select(table => table.Kind == TableKind.Evidence).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var faults = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var name = reader.GetString(0);
            faults.Add(reader.GetBoolean(1) ? $"{name} is declared and not there" : $"{name} is evidence and its trigger {name}_append_only is not on");
        }

        if (faults.Count > 0)
        {
            throw new MigrationException($"The tables of the database are not those of this build: {string.Join("; ", faults)}.");
        }
    }
}
