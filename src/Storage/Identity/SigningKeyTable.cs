using Npgsql;
using Platform.Storage.Journal;

namespace Platform.Storage.Identity;

/// <summary>A key that signs access tokens: its name and its PKCS#8 form.</summary>
public sealed record SigningKeyRow(string Kid, byte[] PrivateKey, DateTimeOffset CreatedAt);

/// <summary>The signing keys of the platform, which every process shares.</summary>
public sealed class SigningKeyTable(PlatformDatabase database)
{
    private const long CreationLock = 0x5349474E4B4559;

    /// <summary>All keys, newest first.</summary>
    public Task<IReadOnlyList<SigningKeyRow>> ListAsync(CancellationToken cancellationToken) => StoreFailure.ReadAsync(async () =>
    {
        await using var connection = await database.Queries.OpenConnectionAsync(cancellationToken);
        return await ListAsync(connection, cancellationToken);
    });

    /// <summary>All keys; creates the first one where there is none. Of several processes at once, one creates it.</summary>
    public Task<IReadOnlyList<SigningKeyRow>> EnsureAsync(Func<SigningKeyRow> create, CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync(() => CreateFirstAsync(create, cancellationToken));

    private async Task<IReadOnlyList<SigningKeyRow>> CreateFirstAsync(Func<SigningKeyRow> create, CancellationToken cancellationToken)
    {
        await using var connection = await database.Queries.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var exclusive = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection) { Parameters = { new() { Value = CreationLock } } })
        {
            await exclusive.ExecuteNonQueryAsync(cancellationToken);
        }

        var keys = await ListAsync(connection, cancellationToken);
        if (keys.Count > 0)
        {
            return keys;
        }

        var key = create();
        await using (var insert = new NpgsqlCommand("INSERT INTO signing_key (kid, private_key, created_at) VALUES ($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = key.Kid }, new() { Value = key.PrivateKey }, new() { Value = key.CreatedAt } },
        })
        {
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return [key];
    }

    private static async Task<IReadOnlyList<SigningKeyRow>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var select = new NpgsqlCommand("SELECT kid, private_key, created_at FROM signing_key ORDER BY created_at DESC, kid", connection);
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        var keys = new List<SigningKeyRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(new SigningKeyRow(reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<DateTimeOffset>(2)));
        }

        return keys;
    }
}
