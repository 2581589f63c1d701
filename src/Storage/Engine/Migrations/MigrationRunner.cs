using Npgsql;
using Platform.Storage.Engine.DatabaseRoles;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.Migrations;

/// <summary>
/// Migrates a database to this build: applies missing migrations in order, each in one transaction. Any number of processes may call
/// it at once; an advisory lock lets one work while the others wait. Then it always grants the role of the running platform its
/// rights (<see cref="TableRights"/>), on new tables too.
/// </summary>
public static class MigrationRunner
{
    internal static readonly Table Applied = new("schema_migration", TableKind.Start);
    internal static readonly Table RebuildDue = new("rebuild_due", TableKind.Start);

    // Any fixed number that nothing else in the database locks.
    private const long AdvisoryLock = 0x504C4154464F524D;

    /// <summary>Applies the migrations of this build as the owner. Returns the names of those applied now.</summary>
    /// <exception cref="MigrationException">
    /// An applied migration has changed, the server refuses one, or the role cannot be created.
    /// </exception>
    public static Task<IReadOnlyList<string>> RunAsync(string owner, RuntimeLogin runtime, CancellationToken cancellationToken) =>
        RunAsync(owner, Migration.All, runtime, cancellationToken);

    /// <inheritdoc cref="RunAsync(string, RuntimeLogin, CancellationToken)"/>
    public static Task<IReadOnlyList<string>> RunAsync(string owner, CancellationToken cancellationToken) =>
        RunAsync(owner, RuntimeLogin.DerivedFrom(owner), cancellationToken);

    /// <inheritdoc cref="RunAsync(string, RuntimeLogin, CancellationToken)"/>
    public static Task<IReadOnlyList<string>> RunAsync(
        string owner, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken) =>
        RunAsync(owner, migrations, null, cancellationToken);

    private static async Task<IReadOnlyList<string>> RunAsync(
        string owner, IReadOnlyList<Migration> migrations, RuntimeLogin? runtime, CancellationToken cancellationToken)
    {
        // Not pooled: the lock ends with the session. No timeout: the others wait for the one that holds it.
        var settings = new NpgsqlConnectionStringBuilder(owner)
        {
            Pooling = false,
            CommandTimeout = 0,
            ApplicationName = "platform-migrations",
        };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync($"SELECT pg_advisory_lock({AdvisoryLock})", cancellationToken);
        await connection.ExecuteAsync(
            """
            CREATE TABLE IF NOT EXISTS schema_migration
            (
                name       text        PRIMARY KEY,
                checksum   text        NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """,
            cancellationToken);

        var applied = await ReadAppliedAsync(connection, cancellationToken);
        RefuseChanged(migrations, applied);

        var now = new List<string>();
        foreach (var migration in migrations.Where(m => !applied.ContainsKey(m.Name)).OrderBy(m => m.Name, StringComparer.Ordinal))
        {
            await ApplyAsync(connection, migration, cancellationToken);
            now.Add(migration.Name);
        }

        if (runtime is not null)
        {
            await RuntimeRole.PrepareAsync(connection, runtime, cancellationToken);
        }

        return now;
    }

    internal static void RefuseChanged(IReadOnlyList<Migration> migrations, Dictionary<string, string> applied)
    {
        var changed = migrations
            .Where(m => applied.TryGetValue(m.Name, out var checksum) && checksum != m.Checksum)
            .Select(m => m.Name)
            .ToList();
        if (changed.Count > 0)
        {
            throw new MigrationException(
                $"{string.Join(", ", changed)} changed after being applied to this database. " +
                "Restore the text and put the change into a new file.");
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(migration.Sql, cancellationToken);
        }
        catch (PostgresException refused)
        {
            throw new MigrationException($"The server refused {migration.Name}; nothing was changed: {refused.MessageText}", refused);
        }

        await using var record = new NpgsqlCommand(
            "INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)", connection, transaction);
        record.Parameters.Add(new() { Value = migration.Name });
        record.Parameters.Add(new() { Value = migration.Checksum });
        await record.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    internal static async Task<Dictionary<string, string>> ReadAppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("SELECT name, checksum FROM schema_migration", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(reader.GetString(0), reader.GetString(1));
        }

        return applied;
    }
}

/// <summary>The database cannot be migrated to this build; the message says why.</summary>
public class MigrationException : Exception
{
    public MigrationException()
    {
    }

    public MigrationException(string message)
        : base(message)
    {
    }

    public MigrationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
