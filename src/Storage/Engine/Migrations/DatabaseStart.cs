using System.Diagnostics;
using Npgsql;
using Platform.Storage.Engine.DatabaseRoles;

namespace Platform.Storage.Engine.Migrations;

/// <summary>
/// Connection strings of a prepared database: that of the running platform, and that of the owner for the rest of the start; null
/// where this process was not given one.
/// </summary>
public sealed record PreparedDatabase(string Runtime, string? Owner);

/// <summary>What every process does with its database before anything else.</summary>
public static class DatabaseStart
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Waits for the server, which may be starting beside us, and applies the migrations as the owner. With one connection string the
    /// running platform uses the role beside its login (<see cref="RuntimeLogin.Beside"/>), with two the first one as it is. A first
    /// one that owns nothing, alone, waits until an owner elsewhere has done the work.
    /// </summary>
    /// <exception cref="NpgsqlException">The server did not answer within <paramref name="patience"/>, or refuses us.</exception>
    /// <exception cref="MigrationException">See <see cref="MigrationRunner"/>.</exception>
    public static async Task<PreparedDatabase> PrepareAsync(
        string? connectionString, string? ownerConnectionString, TimeSpan patience, CancellationToken cancellationToken)
    {
        var owner = string.IsNullOrEmpty(ownerConnectionString) ? null : ownerConnectionString;
        var given = string.IsNullOrEmpty(connectionString) ? owner ?? throw new ArgumentNullException(nameof(connectionString)) : connectionString;
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

                var runtime = owner is null || owner == given ? RuntimeLogin.Beside(given) : RuntimeLogin.Given(given);
                await MigrationRunner.RunAsync(owner ?? given, runtime, cancellationToken);
                return new PreparedDatabase(runtime.ConnectionString, owner ?? given);
            }
            catch (Exception away) when (MayComeBack(away) && Stopwatch.GetElapsedTime(started) < patience)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    /// <summary>No connection, a server that is starting or stopping, or an owner at work; not a wrong password or a missing database.</summary>
    private static bool MayComeBack(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown } => true,
        PostgresException => false,
        NpgsqlException or NotPreparedException => true,
        _ => false,
    };
}
