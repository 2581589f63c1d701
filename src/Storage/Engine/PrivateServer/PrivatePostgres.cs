using System.Globalization;
using Npgsql;

namespace Platform.Storage.Engine.PrivateServer;

/// <summary>
/// A private PostgreSQL cluster in a folder, created on the first start, on loopback, with a random password. If this process is
/// killed, the server keeps running; the next start on the folder takes it over, or restarts it if it does not answer.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private const string Superuser = "platform";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly PrivatePostgresOptions _options;
    private ClusterFolder? _folder;
    private ServiceUser? _user;
    private ServerPrograms? _programs;
    private string? _connectionString;

    public PrivatePostgres(PrivatePostgresOptions options) => _options = options;

    /// <summary>The connection string of the owner. Available after a start.</summary>
    public string ConnectionString => _connectionString ?? throw new InvalidOperationException("The cluster has not been started.");

    /// <summary>True if the last start took over a server that an earlier process had left running.</summary>
    public bool Adopted { get; private set; }

    /// <summary>The folder of the cluster. It differs from the requested one if the server's user cannot access that.</summary>
    public string Folder => _folder?.Path ?? throw new InvalidOperationException("The cluster has not been started.");

    /// <summary>Starts the server. Completes when it answers and the database exists.</summary>
    /// <exception cref="PrivatePostgresException">PostgreSQL is missing, the folder is in use, or the server does not start.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _user ??= await ServiceUser.ChooseAsync(cancellationToken);
        _folder ??= await ClusterFolder.OpenAsync(_options.Folder, _user, cancellationToken);
        try
        {
            _programs = await ServerPrograms.LocateAsync(_folder.Major, cancellationToken);
            var password = _folder.ReadOrCreatePassword();
            if (_folder.Major is null)
            {
                await CreateAsync(_programs, _folder, _user, cancellationToken);
            }

            Adopted = await TryAdoptAsync(_folder, password, cancellationToken);
            if (!Adopted)
            {
                await LaunchAsync(_programs, _folder, _user, password, cancellationToken);
            }

            await CreateDatabaseAsync(cancellationToken);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills every process of this cluster with SIGKILL, for tests.</summary>
    public Task KillAsync() => ServerProcesses.KillAsync(_folder!.Name, CancellationToken.None);

    /// <summary>Starts again after <see cref="KillAsync"/>, on the same port.</summary>
    public Task RestartAsync() => StartAsync(CancellationToken.None);

    /// <summary>Releases the folder as a killed process does: the server keeps running and the next start takes it over.</summary>
    public void Abandon()
    {
        _folder?.Dispose();
        _folder = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is null)
        {
            return;
        }

        if (_programs is not null && _folder.Major is not null)
        {
            await StopAsync(CancellationToken.None);
        }

        _folder.Dispose();
        _folder = null;
    }

    private static async Task CreateAsync(
        ServerPrograms programs, ClusterFolder folder, ServiceUser user, CancellationToken cancellationToken)
    {
        // Created under another name and renamed, so that an incomplete cluster is never used.
        var unfinished = folder.In("data.new");
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        await user.TakeOwnershipAsync(folder.Path, cancellationToken);
        string[] command =
        [
            programs.InitDb, "-D", unfinished, "-U", Superuser, "--pwfile", folder.In("password"), "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--data-checksums",
        ];
        var (exitCode, output) = await ChildProcess.RunAsync(user.Wrap(command), CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (exitCode != 0)
        {
            throw new PrivatePostgresException($"initdb failed in {folder.Path}: {output}");
        }

        Directory.Move(unfinished, folder.Data);
    }

    private async Task<bool> TryAdoptAsync(ClusterFolder folder, string password, CancellationToken cancellationToken)
    {
        if ((await ServerProcesses.FindAsync(folder.Name, cancellationToken)).Count == 0)
        {
            return false;
        }

        if (ReadPostmasterPort(folder.Data) is { } port)
        {
            _connectionString = Connection(port, password, _options.Database);
            try
            {
                await using var connection = await OpenAsync(_connectionString, "postgres", cancellationToken);
                return true;
            }
            catch (Exception silent) when (silent is NpgsqlException or TimeoutException)
            {
                // It is stopping, hangs or refuses the password: stop it and start again.
            }
        }

        await StopAsync(cancellationToken);
        return false;
    }

    private async Task LaunchAsync(
        ServerPrograms programs, ClusterFolder folder, ServiceUser user, string password, CancellationToken cancellationToken)
    {
        RotateLog(folder);
        for (var attempt = 1; ; attempt++)
        {
            if ((await ServerProcesses.FindAsync(folder.Name, cancellationToken)).Count == 0)
            {
                // Left by a killed server. Its process id may now belong to a zombie or another process, and PostgreSQL would
                // believe that a server is running.
                File.Delete(Path.Combine(folder.Data, "postmaster.pid"));
            }

            var port = folder.ChoosePort();
            _connectionString = Connection(port, password, _options.Database);
            string[] command =
            [
                programs.PgCtl, "start", "-w", "-s", "-t", Seconds(StartTimeout), "-D", folder.Data, "-l", folder.Log,
                "-o", string.Join(' ', _options.Settings(folder.Name, port).Select(setting => "-c " + setting)),
            ];

            // Not cancelled, so that a server it started is known and can be stopped.
            var (exitCode, output) = await ChildProcess.RunAsync(user.Wrap(command), CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            if (exitCode == 0)
            {
                return;
            }

            if (attempt == 5)
            {
                throw new PrivatePostgresException($"PostgreSQL does not start in {folder.Path}: {output} See {folder.Log}.");
            }

            // The port may be taken by now, or a half-started server or a child of a killed one may block the start.
            folder.ForgetPort();
            await ServerProcesses.KillAsync(folder.Name, cancellationToken);
        }
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(ConnectionString, "postgres", cancellationToken);
        await using var find = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection);
        find.Parameters.Add(new() { Value = _options.Database });
        if (await find.ExecuteScalarAsync(cancellationToken) is null)
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE \"{_options.Database}\"", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Tries a fast shutdown, then an immediate one, then SIGKILL. The next start recovers after any of them.</summary>
    private async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var mode in (string[])["fast", "immediate"])
        {
            if ((await ServerProcesses.FindAsync(_folder!.Name, cancellationToken)).Count == 0)
            {
                return;
            }

            await ChildProcess.RunAsync(
                _user!.Wrap([_programs!.PgCtl, "stop", "-w", "-s", "-t", "20", "-m", mode, "-D", _folder.Data]), cancellationToken);
        }

        await ServerProcesses.KillAsync(_folder!.Name, cancellationToken);
    }

    internal static string Connection(int port, string password, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = Superuser,
        Password = password,
        Database = database,
        SslMode = SslMode.Disable,
    }.ConnectionString;

    internal static async Task<NpgsqlConnection> OpenAsync(string connectionString, string database, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Database = database,
            Pooling = false,
            Timeout = 5,
            CommandTimeout = 30,
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads the port, line 4 of the file that a running postmaster keeps.</summary>
    internal static int? ReadPostmasterPort(string dataFolder)
    {
        var file = Path.Combine(dataFolder, "postmaster.pid");
        return File.Exists(file) &&
            File.ReadLines(file).ElementAtOrDefault(3) is { } line &&
            int.TryParse(line, CultureInfo.InvariantCulture, out var port)
                ? port
                : null;
    }

    private static void RotateLog(ClusterFolder folder)
    {
        const long limit = 10_000_000;
        if (new FileInfo(folder.Log) is { Exists: true, Length: > limit })
        {
            File.Move(folder.Log, folder.Log + ".1", overwrite: true);
        }
    }

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
}
