using System.Diagnostics;
using Npgsql;

namespace Platform.Storage.Migrations;

/// <summary>What every process does with its database before anything else.</summary>
public static class DatabaseStart
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits for the server, which may be starting beside us, and applies the migrations. Returns those applied now.</summary>
    /// <exception cref="NpgsqlException">The server did not answer within <paramref name="patience"/>, or refuses us.</exception>
    /// <exception cref="MigrationException">See <see cref="MigrationRunner"/>.</exception>
    public static async Task<IReadOnlyList<string>> PrepareAsync(string connectionString, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await MigrationRunner.RunAsync(connectionString, cancellationToken);
            }
            catch (NpgsqlException away) when (MayComeBack(away) && Stopwatch.GetElapsedTime(started) < patience)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    /// <summary>No connection, or a server that is starting or stopping; not a wrong password or a missing database.</summary>
    private static bool MayComeBack(NpgsqlException exception) =>
        exception is not PostgresException { SqlState: not (PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown) };
}
