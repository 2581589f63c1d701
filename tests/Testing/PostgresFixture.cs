using Npgsql;
using Platform.Storage.Engine.DatabaseRoles;
using Platform.Storage.Engine.Migrations;
using Platform.Storage.Engine.PrivateServer;
using Xunit;

namespace Platform.Testing;

/// <summary>A migrated database of its own on the server that all tests of the process share.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    /// <summary>As the owner: for processes that prepare the database themselves, and for what no process may do.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>As the running platform.</summary>
    public string Runtime { get; private set; } = "";

    public async Task InitializeAsync()
    {
        ConnectionString = await SharedPostgres.CreateDatabaseAsync();
        Runtime = RuntimeLogin.DerivedFrom(ConnectionString).ConnectionString;
    }

    public async Task DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await SharedPostgres.DropDatabaseAsync(ConnectionString);
    }
}

/// <summary>A whole server of its own, durable as in production, that a test may kill and start again.</summary>
public sealed class PostgresServerFixture : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly PrivatePostgres _server;
    private int _databases;

    public PostgresServerFixture() =>
        _server = new PrivatePostgres(new PrivatePostgresOptions(_folder.In("postgres")) { SharedBuffersMegabytes = 64 });

    public string ConnectionString => _server.ConnectionString;

    public async Task InitializeAsync()
    {
        await _server.StartAsync(CancellationToken.None);
        await MigrationRunner.RunAsync(ConnectionString, CancellationToken.None);
    }

    /// <summary>A further migrated database on it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        settings.Database = $"test_{Interlocked.Increment(ref _databases)}";
        await using var command = new NpgsqlCommand($"CREATE DATABASE {settings.Database}", connection);
        await command.ExecuteNonQueryAsync();
        var created = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = settings.Database }.ConnectionString;
        await MigrationRunner.RunAsync(created, CancellationToken.None);
        return created;
    }

    /// <summary>SIGKILL to all of its processes.</summary>
    public Task KillAsync() => _server.KillAsync();

    /// <summary>Starts it again, on the same port, and ends when it answers.</summary>
    public Task RestartAsync() => _server.RestartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
