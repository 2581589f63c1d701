using Npgsql;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Identity;

/// <summary>Remembers for all processes the ids of single-use things, such as tokens, until they would have expired anyway.</summary>
[Singleton]
public sealed class UsedOnceTable(PlatformDatabase database)
{
    internal static readonly Table Table = new("used_once", TableKind.Store);

    /// <summary>Returns true for the first use of the id, false for every other. Throws if the store is unavailable.</summary>
    public Task<bool> TryUseAsync(Guid id, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync(async () =>
        {
            // Each use deletes a few expired rows, so that the table stays small.
            await using var command = database.Queries.CreateCommand(
                """
                WITH swept AS (
                    DELETE FROM used_once WHERE id IN (
                        SELECT id FROM used_once WHERE expires_at < $3 AND id <> $1 ORDER BY expires_at LIMIT 20 FOR UPDATE SKIP LOCKED))
                INSERT INTO used_once (id, expires_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING
                """);
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = expiresAt.UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
            return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        });
}
