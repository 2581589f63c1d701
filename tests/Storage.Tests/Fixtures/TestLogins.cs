using Npgsql;

namespace Platform.Storage.Tests.Fixtures;

/// <summary>Databases and logins as somebody who runs a server of his own would make them.</summary>
internal static class TestLogins
{
    private static int made;

    public static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>A login with these attributes, and its connection string.</summary>
    public static async Task<string> LoginAsync(string server, string name, string attributes = "")
    {
        name = $"{name}_{Interlocked.Increment(ref made)}";
        await ScalarAsync(server, $"CREATE ROLE {name} LOGIN {attributes} PASSWORD 'chosen by a person'");
        return new NpgsqlConnectionStringBuilder(server) { Username = name, Password = "chosen by a person" }.ConnectionString;
    }

    /// <summary>An empty database of this owner; his connection string to it.</summary>
    public static async Task<string> DatabaseAsync(string server, string owner)
    {
        var settings = new NpgsqlConnectionStringBuilder(owner) { Database = $"roles_{Interlocked.Increment(ref made)}" };
        await ScalarAsync(server, $"CREATE DATABASE {settings.Database} OWNER {settings.Username}");
        return settings.ConnectionString;
    }

    /// <summary>This login on the database of that one.</summary>
    public static string On(string login, string database) =>
        new NpgsqlConnectionStringBuilder(login) { Database = new NpgsqlConnectionStringBuilder(database).Database }.ConnectionString;

    public static string UserOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Username!;
}
