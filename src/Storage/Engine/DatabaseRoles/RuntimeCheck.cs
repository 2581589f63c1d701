using Npgsql;
using Platform.Storage.Engine.Migrations;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.DatabaseRoles;

/// <summary>
/// Checks that a login may run the platform: the tables are those of this build, it can append to the journal, and it cannot change
/// evidence or grant itself the right to.
/// </summary>
public static class RuntimeCheck
{
    // A role that owns a table, or may become its owner, can grant itself any right on it.
    private const string Question =
        """
        SELECT current_user::text, r.rolsuper OR r.rolcreaterole,
               ARRAY(SELECT c.relname::text
                     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
                     WHERE c.relname = ANY ($1) AND c.relkind IN ('r', 'p')
                       AND (has_any_column_privilege(c.oid, 'UPDATE')
                            OR has_table_privilege(c.oid, 'DELETE, TRUNCATE, TRIGGER')
                            OR pg_has_role(c.relowner, 'MEMBER'))
                     ORDER BY 1),
               coalesce(has_table_privilege(to_regclass('journal'), 'INSERT'), false)
        FROM pg_roles r WHERE r.rolname = current_user
        """;

    /// <exception cref="MigrationException">The role has too many or too few rights, or the tables are not those of this build.</exception>
    /// <exception cref="NpgsqlException">The role cannot connect.</exception>
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
        var (role, isPrivileged) = (reader.GetString(0), reader.GetBoolean(1));
        var (changeable, appends) = (reader.GetFieldValue<string[]>(2), reader.GetBoolean(3));
        if (isPrivileged || changeable.Length > 0)
        {
            throw new MigrationException(
                $"The running platform would connect as {role}, which " +
                (isPrivileged ? "is a superuser or may create roles" : $"owns or may change {string.Join(", ", changeable)}") +
                ". The running platform must not be able to change these records. Set ConnectionStrings:Postgres to an ordinary login " +
                "and ConnectionStrings:PostgresOwner to the owner.");
        }

        if (!appends)
        {
            throw new MigrationException(
                $"{role} may not write the journal. To grant it its rights, start one process, or run 'platform database prepare', " +
                "with both ConnectionStrings:PostgresOwner and ConnectionStrings:Postgres set.");
        }
    }
}
