using Npgsql;
using Platform.Storage.Engine.Migrations;

namespace Platform.Storage.Engine.DatabaseRoles;

/// <summary>What a process that may not be the owner finds out about the database before it uses it.</summary>
internal static class OwnerCheck
{
    // Before the first start it is whoever may make tables.
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

    /// <summary>Every file of this build is applied, nothing is to be rebuilt, and the login may serve.</summary>
    /// <exception cref="NotPreparedException">An owner has not done that yet.</exception>
    /// <exception cref="MigrationException">A file differs from the applied one, or the login has the wrong rights.</exception>
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
                throw new NotPreparedException($"the read models must be written anew ({reason})");
            }
        }
        catch (PostgresException none) when (none.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new NotPreparedException(none.MessageText, none);
        }

        await RuntimeCheck.RunAsync(connectionString, cancellationToken);
    }
}

/// <summary>The owner's part of a start is missing, and this process cannot do it. It may be under way elsewhere.</summary>
public sealed class NotPreparedException(string reason, Exception? inner = null) : MigrationException(
    $"The database is not ready for this build: {reason}. The login in ConnectionStrings:Postgres may not change that. " +
    "Start one process, or run 'platform database prepare', with ConnectionStrings:PostgresOwner beside it.", inner!);
