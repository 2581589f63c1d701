using Npgsql;

namespace Platform.Storage.Engine.PrivateServer;

/// <summary>Finds the private server of another running process, for commands on its data.</summary>
public static class RunningCluster
{
    /// <summary>Returns its connection string, or null if no server answers for this folder.</summary>
    public static async Task<string?> FindAsync(PrivatePostgresOptions options, CancellationToken cancellationToken)
    {
        var password = Path.Combine(options.Folder, "password");
        if (!File.Exists(password) || PrivatePostgres.ReadPostmasterPort(Path.Combine(options.Folder, "data")) is not { } port)
        {
            return null;
        }

        var text = await File.ReadAllTextAsync(password, cancellationToken);
        var connectionString = PrivatePostgres.Connection(port, text.Trim(), options.Database);
        try
        {
            await using var connection = await PrivatePostgres.OpenAsync(connectionString, options.Database, cancellationToken);
            return connectionString;
        }
        catch (Exception silent) when (silent is NpgsqlException or TimeoutException)
        {
            return null; // The file was left by a stopped server; another program may use its port.
        }
    }
}
