using Npgsql;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Identity;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Engine.Secrets;

/// <summary>How many secrets a pass over the database resealed, and which it could not open.</summary>
public sealed record Resealed(int Secrets, int SigningKeys, IReadOnlyList<string> Failures);

/// <summary>
/// Reseals with the current key what other keys have sealed, in batches. Each batch is durable and the rows show their key, so a restart
/// after a crash continues where it stopped. A secret that is replaced meanwhile is left as it was written.
/// </summary>
public sealed class SecretRotation(PlatformDatabase database, SecretKeys keys)
{
    private const long RunLock = 0x5345414C414E4557;
    private readonly SecretBox _box = new(keys);

    /// <summary>Locks out other rotations until the result is disposed. Returns null if one is running.</summary>
    public Task<IAsyncDisposable?> TryLockAsync(CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync<IAsyncDisposable?>(() => OpenLockedAsync(cancellationToken));

    private async Task<IAsyncDisposable?> OpenLockedAsync(CancellationToken cancellationToken)
    {
        // Not pooled: the lock ends with the session, even if this process is killed.
        var settings = new NpgsqlConnectionStringBuilder(database.GrainStorageConnectionString) { Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var enter = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection) { Parameters = { Value(RunLock) } };
            if (await enter.ExecuteScalarAsync(cancellationToken) is true)
            {
                return connection;
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Reseals everything once. Calls <paramref name="progress"/> after each batch with the number of secrets so far.</summary>
    public async Task<Resealed> ResealAsync(Action<int>? progress, CancellationToken cancellationToken, int batchSize = 500)
    {
        var current = keys.Ring.Current.Id;
        var failures = new List<string>();
        var done = 0;
        Row? last = null;
        while (true)
        {
            var rows = await NextAsync(current, last, batchSize, cancellationToken);
            if (rows.Count == 0)
            {
                break;
            }

            done += await StoreAsync([.. rows.Select(row => Renew(row, failures)).OfType<Renewed>()], cancellationToken);
            last = rows[^1];
            progress?.Invoke(done);
        }

        var signingKeys = await new SigningKeyTable(database, _box).ResealAsync(current, cancellationToken);
        return new Resealed(done, signingKeys, failures);
    }

    private Task<IReadOnlyList<Row>> NextAsync(string current, Row? last, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            SecretTable.Table.Select("org_id, entity_id, purpose, sealed")
                .Where($"key_id <> {current}")
                .Ascending(
                    "org_id, entity_id, purpose",
                    $"{last?.Context.OrganisationId}, {last?.Context.EntityId}, {last?.Context.Purpose}")
                .Limit(limit),
            static row => new Row(new SecretContext(row.GetGuid(0), row.GetGuid(1), row.GetString(2)), row.GetFieldValue<byte[]>(3)),
            cancellationToken);

    private Renewed? Renew(Row row, List<string> failures)
    {
        try
        {
            return new Renewed(row, _box.Seal(row.Context, _box.Open(row.Context, row.Sealed)));
        }
        catch (SecretException exception)
        {
            failures.Add($"organisation {row.Context.OrganisationId}, entity {row.Context.EntityId}: {exception.Message}");
            return null;
        }
    }

    private Task<int> StoreAsync(Renewed[] rows, CancellationToken cancellationToken) => StoreFailure.TranslateAsync(async () =>
    {
        await using var command = database.Queries.CreateCommand(
            """
            UPDATE secret s SET key_id = n.key_id, sealed = n.sealed
            FROM unnest($1, $2, $3, $4, $5, $6) AS n (org_id, entity_id, purpose, key_id, sealed, was)
            WHERE s.org_id = n.org_id AND s.entity_id = n.entity_id AND s.purpose = n.purpose AND s.sealed = n.was
            """);
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            Value(Array.ConvertAll(rows, row => row.Was.Context.OrganisationId)),
            Value(Array.ConvertAll(rows, row => row.Was.Context.EntityId)),
            Value(Array.ConvertAll(rows, row => row.Was.Context.Purpose)),
            Value(Array.ConvertAll(rows, row => SecretBox.KeyId(row.Sealed))),
            Value(Array.ConvertAll(rows, row => row.Sealed)),
            Value(Array.ConvertAll(rows, row => row.Was.Sealed)),
        ]);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    });

    private sealed record Row(SecretContext Context, byte[] Sealed);

    private sealed record Renewed(Row Was, byte[] Sealed);
}
