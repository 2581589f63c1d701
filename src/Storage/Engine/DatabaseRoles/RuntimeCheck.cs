using Npgsql;
using Platform.Storage.Engine.Migrations;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.DatabaseRoles;

/// <summary>
/// Whether a login may serve: the tables are those of this build; it can add to the journal, and cannot change what must stay as it is,
/// nor give itself the right to.
/// </summary>
public static class RuntimeCheck
{
    // Of a role that owns a table, or may become who does, the rights say nothing: it can give them to itself.
    private const string Question =
        """
        SELECT current_user::text, r.rolsuper OR r.rolcreaterole,
               ARRAY(SELECT c.relname::text
                     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
                     WHERE c.relname = ANY ($1) AND c.relkind IN ('r', 'p')
                       AND (has_any_column_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE, TRUNCATE, TRIGGER') OR pg_has_role(c.relowner, 'MEMBER'))
                     ORDER BY 1),
               coalesce(has_table_privilege(to_regclass('journal'), 'INSERT'), false)
        FROM pg_roles r WHERE r.rolname = current_user
        """;

    /// <exception cref="MigrationException">It may do too much, or too little, or the tables are others.</exception>
    /// <exception cref="NpgsqlException">It cannot connect.</exception>
    public static async Task RunAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = await Sql.OpenAsync(connectionString, cancellationToken);
        await RequireRightsAsync(connection, cancellationToken);
        await TableCheck.RunAsync(connection, DeclaredTables.All, cancellationToken);
    }

    private static async Task RequireRightsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Question, connection);
        command.Parameters.Add(new() { Value = DeclaredTables.NamesOf(TableKind.Evidence).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (role, mighty, changeable, appends) = (reader.GetString(0), reader.GetBoolean(1), reader.GetFieldValue<string[]>(2), reader.GetBoolean(3));
        if (mighty || changeable.Length > 0)
        {
            throw new MigrationException(
                $"The running platform would connect as {role}, which " +
                (mighty ? "is a superuser or may make roles" : $"may change or owns {string.Join(", ", changeable)}") +
                ". What is recorded there must be out of its reach. Name a plain login in ConnectionStrings:Postgres, and the owner in ConnectionStrings:PostgresOwner.");
        }

        if (!appends)
        {
            throw new MigrationException(
                $"{role} may not write the journal. Start one process, or run 'platform database prepare', with ConnectionStrings:PostgresOwner beside ConnectionStrings:Postgres: it gives {role} its rights.");
        }
    }
}
