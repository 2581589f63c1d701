using System.Diagnostics;
using Npgsql;
using Platform.Storage.Engine.DatabaseRoles;

namespace Platform.Storage.Engine.Migrations;

/// <summary>
/// Connection strings of a prepared database: one for the running platform, and one of the owner for the rest of the start; null
/// if this process has none.
/// </summary>
public sealed record PreparedDatabase(string Runtime, string? Owner);

/// <summary>Prepares the database at the start of every process.</summary>
public static class DatabaseStart
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Waits for the server, which may still be starting, and applies the migrations as the owner. With one connection string, of the
    /// owner, the running platform uses a role derived from it (<see cref="RuntimeLogin.DerivedFrom"/>); with two, it uses the first.
    /// If the only one is not of the owner, it waits until another process has prepared the database.
    /// </summary>
    /// <exception cref="NpgsqlException">The server did not answer within <paramref name="timeout"/>, or refuses the login.</exception>
    /// <exception cref="MigrationException">See <see cref="MigrationRunner"/>.</exception>
    public static async Task<PreparedDatabase> PrepareAsync(
        string? connectionString, string? ownerConnectionString, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var owner = string.IsNullOrEmpty(ownerConnectionString) ? null : ownerConnectionString;
        var given = string.IsNullOrEmpty(connectionString)
            ? owner ?? throw new ArgumentNullException(nameof(connectionString))
            : connectionString;
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (owner is null && !await OwnerCheck.IsOwnerAsync(given, cancellationToken))
                {
                    await OwnerCheck.RequirePreparedAsync(given, cancellationToken);
                    return new PreparedDatabase(given, null);
                }

                var runtime = owner is null || owner == given ? RuntimeLogin.DerivedFrom(given) : RuntimeLogin.Configured(given);
                await MigrationRunner.RunAsync(owner ?? given, runtime, cancellationToken);
                return new PreparedDatabase(runtime.ConnectionString, owner ?? given);
            }
            catch (Exception exception) when (IsTransient(exception) && Stopwatch.GetElapsedTime(started) < timeout)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    /// <summary>
    /// True if there is no connection, the server is starting or stopping, or an owner may be preparing the database. False for a wrong
    /// password or a missing database.
    /// </summary>
    private static bool IsTransient(Exception exception) => exception switch
    {
        PostgresException
        {
            SqlState: PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
        } => true,
        PostgresException => false,
        NpgsqlException or NotPreparedException => true,
        _ => false,
    };
}
