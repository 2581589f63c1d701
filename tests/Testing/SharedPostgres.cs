using Npgsql;
using Platform.Storage.Engine.Migrations;
using Platform.Storage.Engine.PrivateServer;

namespace Platform.Testing;

/// <summary>
/// One private server per test process, with a migrated database as the template of all others. Started by whoever needs it
/// first, stopped when the last one has let it go and at the latest with the process.
/// </summary>
internal static class SharedPostgres
{
    private const string Template = "migrated";
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static PrivatePostgres? server;
    private static TestFolder? folder;
    private static int users;
    private static int databases;

    public static async Task<string> CreateDatabaseAsync()
    {
        await Gate.WaitAsync();
        try
        {
            users++;
            server ??= await StartAsync();
            var name = $"test_{++databases}";
            await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {Template}");
            return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
        }
        finally
        {
            Gate.Release();
        }
    }

    public static async Task DropDatabaseAsync(string connectionString)
    {
        await Gate.WaitAsync();
        try
        {
            var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
            await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            if (--users == 0)
            {
                await StopAsync();
            }
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task<PrivatePostgres> StartAsync()
    {
        folder = new TestFolder();
        AppDomain.CurrentDomain.ProcessExit += StopAtExit;
        var started = new PrivatePostgres(
            new PrivatePostgresOptions(
                folder.In("postgres")) { Database = Template, SharedBuffersMegabytes = 64, SurvivesPowerLoss = false });
        await started.StartAsync(CancellationToken.None);
        await MigrationRunner.RunAsync(started.ConnectionString, CancellationToken.None);
        return started;
    }

    private static async Task StopAsync()
    {
        if (server is not null)
        {
            AppDomain.CurrentDomain.ProcessExit -= StopAtExit;
            await server.DisposeAsync();
            server = null;
            folder!.Dispose();
        }
    }

    private static void StopAtExit(object? sender, EventArgs e) => StopAsync().GetAwaiter().GetResult();

    private static async Task ExecuteAsync(string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(server!.ConnectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
