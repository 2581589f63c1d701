using Npgsql;

namespace Platform.Storage.Engine.PrivateServer;

/// <summary>The server of a private cluster that another process runs, for a command beside it.</summary>
public static class RunningCluster
{
    /// <summary>Its connection string; null where none answers on this folder.</summary>
    public static async Task<string?> FindAsync(PrivatePostgresOptions options, CancellationToken cancellationToken)
    {
        var password = Path.Combine(options.Folder, "password");
        if (!File.Exists(password) || PrivatePostgres.ReadPostmasterPort(Path.Combine(options.Folder, "data")) is not { } port)
        {
            return null;
        }

        var connectionString = PrivatePostgres.Connection(port, (await File.ReadAllTextAsync(password, cancellationToken)).Trim(), options.Database);
        try
        {
            await using var connection = await PrivatePostgres.OpenAsync(connectionString, options.Database, cancellationToken);
            return connectionString;
        }
        catch (Exception silent) when (silent is NpgsqlException or TimeoutException)
        {
            return null; // The file was left by a server that is gone, and its port may be somebody else's.
        }
    }
}
