using Npgsql;
using Platform.Storage.Engine.Migrations;

namespace Platform.Storage.Engine.DatabaseRoles;

/// <summary>Checks a database before a process that may not own it uses it.</summary>
internal static class OwnerCheck
{
    // Before the first start, the owner is any role that may create tables.
    private const string IsOwnerSql =
        """
        SELECT coalesce(
            (SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = to_regclass('schema_migration')),
            has_schema_privilege(current_schema(), 'CREATE'), false)
        """;

    public static async Task<bool> IsOwnerAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = await Sql.OpenAsync(connectionString, cancellationToken);
        await using var command = new NpgsqlCommand(IsOwnerSql, connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Requires that every migration of this build is applied, no rebuild is due, and the login has the right rights.</summary>
    /// <exception cref="NotPreparedException">An owner has not prepared the database yet.</exception>
    /// <exception cref="MigrationException">A migration differs from the applied one, or the login has the wrong rights.</exception>
    public static async Task RequirePreparedAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await Sql.OpenAsync(connectionString, cancellationToken);
            var applied = await MigrationRunner.ReadAppliedAsync(connection, cancellationToken);
            MigrationRunner.RefuseChanged(Migration.All, applied);
            if (Migration.All.FirstOrDefault(migration => !applied.ContainsKey(migration.Name)) is { } missing)
            {
                throw new NotPreparedException($"{missing.Name} is not applied");
            }

            await using var due = new NpgsqlCommand("SELECT reason FROM rebuild_due LIMIT 1", connection);
            if (await due.ExecuteScalarAsync(cancellationToken) is string reason)
            {
                throw new NotPreparedException($"the read models must be rebuilt ({reason})");
            }
        }
        catch (PostgresException missing)
            when (missing.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new NotPreparedException(missing.MessageText, missing);
        }

        await RuntimeCheck.RunAsync(connectionString, cancellationToken);
    }
}

/// <summary>The owner has not prepared the database, and this process cannot. Another process may be preparing it.</summary>
public sealed class NotPreparedException(string reason, Exception? inner = null) : MigrationException(
    $"The database is not ready for this build: {reason}. The login in ConnectionStrings:Postgres is not allowed to prepare it. " +
    "Start one process, or run 'platform database prepare', with ConnectionStrings:PostgresOwner set as well.", inner!);
