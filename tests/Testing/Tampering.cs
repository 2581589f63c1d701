using Npgsql;

namespace Platform.Testing;

/// <summary>Changes what nobody may change: as the owner, who first takes the trigger off a table that only grows.</summary>
public static class Tampering
{
    public static Task ExecuteAsync(string ownerConnectionString, string table, string sql) => ExecuteAsync(
        ownerConnectionString,
        $"""
        ALTER TABLE {table} DISABLE TRIGGER {table}_append_only;
        {sql};
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only;
        """);

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        // One command is one transaction: whatever happens, the trigger is on again.
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
