using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Platform.Storage.Engine.PrivateServer;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.PrivateServer;

public sealed class PrivatePostgresTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly List<PrivatePostgres> _started = [];

    [Fact]
    public async Task Committed_data_survives_SIGKILL_of_every_server_process()
    {
        var postgres = await StartAsync();
        await QueryAsync(postgres, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)");

        await postgres.KillAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => QueryAsync(postgres, "SELECT n FROM kept"));
        await postgres.RestartAsync();

        Assert.Equal(42, await QueryAsync(postgres, "SELECT n FROM kept"));
    }

    [Fact]
    public async Task A_second_instance_on_the_folder_is_refused_with_a_clear_message_and_does_no_harm()
    {
        var first = await StartAsync();
        await using var second = new PrivatePostgres(Options());

        var refused = await Assert.ThrowsAsync<PrivatePostgresException>(() => second.StartAsync(CancellationToken.None));

        Assert.Contains("Another instance is running on the data folder", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await QueryAsync(first, "SELECT 1"));
    }

    [Fact]
    public async Task A_server_that_outlived_its_process_is_taken_over_and_stopped_by_the_next_one()
    {
        var abandoned = await StartAsync();
        await QueryAsync(abandoned, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)");
        var server = await QueryAsync(abandoned, "SELECT pg_postmaster_start_time()");
        Abandon(abandoned);

        var next = await StartAsync();

        Assert.True(next.Adopted);
        Assert.Equal(server, await QueryAsync(next, "SELECT pg_postmaster_start_time()"));
        Assert.Equal(7, await QueryAsync(next, "SELECT n FROM kept"));
        var connectionString = next.ConnectionString;
        await next.DisposeAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => QueryAsync(connectionString, "SELECT 1"));
    }

    [Fact]
    public async Task A_start_after_SIGKILL_of_process_and_server_recovers_despite_stale_files()
    {
        var killed = await StartAsync();
        await QueryAsync(killed, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (9)");
        await killed.KillAsync();
        Assert.True(File.Exists(Path.Combine(killed.Folder, "data", "postmaster.pid")));
        Abandon(killed);

        var next = await StartAsync();

        Assert.False(next.Adopted);
        Assert.Equal(9, await QueryAsync(next, "SELECT n FROM kept"));
    }

    [Fact]
    public async Task A_start_kills_the_children_of_a_killed_postmaster()
    {
        var killed = await StartAsync();
        var pid = File.ReadLines(Path.Combine(killed.Folder, "data", "postmaster.pid")).First();
        var postmaster = int.Parse(pid, CultureInfo.InvariantCulture);
        var settings = new NpgsqlConnectionStringBuilder(killed.ConnectionString) { Pooling = false };
        await using var busy = new NpgsqlConnection(settings.ConnectionString);
        await busy.OpenAsync();

        // A child in a tight loop does not notice that its postmaster is gone.
        await using var loop = new NpgsqlCommand("SELECT count(*) FROM generate_series(1, 2000000000)", busy) { CommandTimeout = 0 };
        var running = loop.ExecuteScalarAsync();
        using (var process = System.Diagnostics.Process.GetProcessById(postmaster))
        {
            process.Kill();
        }

        Abandon(killed);

        var next = await StartAsync();

        Assert.Equal(1, await QueryAsync(next, "SELECT 1"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => running);
    }

    [Fact]
    public async Task Another_port_is_chosen_if_the_last_one_is_in_use()
    {
        var first = await StartAsync();
        var port = new NpgsqlConnectionStringBuilder(first.ConnectionString).Port;
        await first.DisposeAsync();
        using var squatter = new TcpListener(IPAddress.Loopback, port);
        squatter.Start();

        var next = await StartAsync();

        Assert.NotEqual(port, new NpgsqlConnectionStringBuilder(next.ConnectionString).Port);
        Assert.Equal(1, await QueryAsync(next, "SELECT 1"));
    }

    [Fact]
    public async Task The_server_is_durable_and_checksummed_and_requires_the_password()
    {
        var postgres = await StartAsync();

        foreach (var (setting, expected) in new Dictionary<string, string>
        {
            ["fsync"] = "on",
            ["synchronous_commit"] = "on",
            ["full_page_writes"] = "on",
            ["data_checksums"] = "on",
            ["server_encoding"] = "UTF8",
            ["lc_collate"] = "C",
            ["password_encryption"] = "scram-sha-256",
            ["listen_addresses"] = "127.0.0.1",
            ["unix_socket_directories"] = "",
            ["max_connections"] = "400",
            ["idle_in_transaction_session_timeout"] = "30s",
        })
        {
            Assert.Equal(expected, await QueryAsync(postgres, $"SHOW {setting}"));
        }

        var intruder = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "guess", Pooling = false };
        var refused = await Assert.ThrowsAsync<PostgresException>(() => QueryAsync(intruder.ConnectionString, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
#pragma warning disable CA1416 // These tests run only on the platforms of the server.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(postgres.Folder, "password")));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task An_incomplete_cluster_of_an_interrupted_first_start_is_created_again()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "postgres", "data.new", "base"));
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "postgres", "data.new", "PG_VERSION"), "15");

        var postgres = await StartAsync();

        Assert.Equal(1, await QueryAsync(postgres, "SELECT 1"));
    }

    [Fact]
    public async Task A_folder_that_the_servers_user_cannot_access_becomes_a_link_to_an_accessible_one()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return; // Only root runs the server as another user.
        }

#pragma warning disable CA1416
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        var postgres = await StartAsync();
        var real = postgres.Folder;
        await QueryAsync(postgres, "CREATE TABLE kept (n int)");
        await postgres.DisposeAsync();

        var again = await StartAsync();

        Assert.StartsWith("/var/lib/orleans-platform/", real, StringComparison.Ordinal);
        Assert.Equal(real, new DirectoryInfo(Path.Combine(_folder.Path, "postgres")).LinkTarget);
        Assert.Equal(0L, await QueryAsync(again, "SELECT count(*) FROM kept"));
        await again.DisposeAsync();
        Directory.Delete(real, recursive: true);
    }

    [Fact]
    public async Task If_the_major_version_of_the_data_is_not_installed_the_message_names_it()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "postgres", "data"));
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "postgres", "data", "PG_VERSION"), "99");
        await using var postgres = new PrivatePostgres(Options());

        var refused = await Assert.ThrowsAsync<PrivatePostgresException>(() => postgres.StartAsync(CancellationToken.None));

        Assert.Contains("PostgreSQL 99, which is not installed", refused.Message, StringComparison.Ordinal);
    }

    public Task InitializeAsync()
    {
#pragma warning disable CA1416
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
#pragma warning restore CA1416
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var postgres in _started)
        {
            await postgres.DisposeAsync();
        }

        _folder.Dispose();
    }

    private PrivatePostgresOptions Options() => new(_folder.In("postgres")) { SharedBuffersMegabytes = 32 };

    private async Task<PrivatePostgres> StartAsync()
    {
        var postgres = new PrivatePostgres(Options());
        _started.Add(postgres);
        await postgres.StartAsync(CancellationToken.None);
        return postgres;
    }

    /// <summary>Simulates a killed process: its lock is released, but its server keeps running.</summary>
    private void Abandon(PrivatePostgres postgres)
    {
        postgres.Abandon();
        _started.Remove(postgres);
    }

    private static Task<object?> QueryAsync(PrivatePostgres postgres, string sql) => QueryAsync(postgres.ConnectionString, sql);

    private static async Task<object?> QueryAsync(string connectionString, string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
