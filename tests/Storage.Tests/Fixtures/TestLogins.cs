using Npgsql;

namespace Platform.Storage.Tests.Fixtures;

/// <summary>Creates databases and logins as an operator with a server would.</summary>
internal static class TestLogins
{
    private static int created;

    public static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Creates a login with these attributes. Returns its connection string.</summary>
    public static async Task<string> LoginAsync(string server, string name, string attributes = "")
    {
        name = $"{name}_{Interlocked.Increment(ref created)}";
        await ScalarAsync(server, $"CREATE ROLE {name} LOGIN {attributes} PASSWORD 'chosen by a person'");
        return new NpgsqlConnectionStringBuilder(server) { Username = name, Password = "chosen by a person" }.ConnectionString;
    }

    /// <summary>Creates an empty database of this owner. Returns the owner's connection string to it.</summary>
    public static async Task<string> DatabaseAsync(string server, string owner)
    {
        var settings = new NpgsqlConnectionStringBuilder(owner) { Database = $"roles_{Interlocked.Increment(ref created)}" };
        await ScalarAsync(server, $"CREATE DATABASE {settings.Database} OWNER {settings.Username}");
        return settings.ConnectionString;
    }

    /// <summary>The connection string of a login to another database.</summary>
    public static string On(string login, string database) =>
        new NpgsqlConnectionStringBuilder(login) { Database = new NpgsqlConnectionStringBuilder(database).Database }.ConnectionString;

    public static string UserOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Username!;
}
