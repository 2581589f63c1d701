using Npgsql;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Secrets;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Identity;

/// <summary>
/// A key that signs access tokens: its id, its PKCS#8 form, and when it starts to sign (null while it is only published). <see
/// cref="WasClear"/> is true if an older build had stored it unencrypted.
/// </summary>
public sealed record SigningKeyRow(
    string Kid, byte[] PrivateKey, DateTimeOffset CreatedAt, DateTimeOffset? ActiveFrom, bool WasClear = false);

/// <summary>The changes to the keys, decided from the present ones.</summary>
public sealed record SigningKeyChanges(
    IReadOnlyList<SigningKeyRow> Added, IReadOnlyDictionary<string, DateTimeOffset> Activated, IReadOnlyList<string> Dropped)
{
    public bool Any => Added.Count > 0 || Activated.Count > 0 || Dropped.Count > 0;
}

/// <summary>The platform's signing keys, which every process shares. The private keys are encrypted.</summary>
[Singleton]
public sealed class SigningKeyTable(PlatformDatabase database, SecretBox box)
{
    internal static readonly Table Table = new("signing_key", TableKind.Store);

    private const long ChangeLock = 0x5349474E4B4559;

    /// <summary>All keys, newest first.</summary>
    /// <exception cref="SecretException">A key cannot be decrypted.</exception>
    public Task<IReadOnlyList<SigningKeyRow>> ListAsync(CancellationToken cancellationToken) => StoreFailure.ReadAsync(async () =>
    {
        await using var connection = await database.Queries.OpenConnectionAsync(cancellationToken);
        return await ListAsync(connection, cancellationToken);
    });

    /// <summary>
    /// Decides on the present keys, applies the changes and returns the result. Only one process does this at a time. Also encrypts
    /// keys that an older build stored in clear.
    /// </summary>
    public Task<IReadOnlyList<SigningKeyRow>> ChangeAsync(
        Func<IReadOnlyList<SigningKeyRow>, SigningKeyChanges> decide, CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync(() => LockedAsync(
            async connection =>
            {
                var rows = await ListAsync(connection, cancellationToken);
                foreach (var row in rows.Where(row => row.WasClear))
                {
                    await SealAsync(connection, row, cancellationToken);
                }

                await ApplyAsync(connection, decide(rows), cancellationToken);
                return await ListAsync(connection, cancellationToken);
            },
            cancellationToken));

    /// <summary>
    /// Encrypts every key under the current key of the ring. Returns how many were encrypted under another one, or not at all.
    /// </summary>
    public Task<int> ResealAsync(string currentKeyId, CancellationToken cancellationToken) => StoreFailure.TranslateAsync(() => LockedAsync(
        async connection =>
        {
            await using var find = new NpgsqlCommand("SELECT kid FROM signing_key WHERE key_id IS DISTINCT FROM $1", connection)
            {
                Parameters = { new() { Value = currentKeyId } },
            };
            var outdated = new HashSet<string>(StringComparer.Ordinal);
            await using (var reader = await find.ExecuteReaderAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    outdated.Add(reader.GetString(0));
                }
            }

            var rows = outdated.Count == 0 ? [] : await ListAsync(connection, cancellationToken);
            foreach (var row in rows.Where(row => outdated.Contains(row.Kid)))
            {
                await SealAsync(connection, row, cancellationToken);
            }

            return outdated.Count;
        },
        cancellationToken));

    private async Task<T> LockedAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await database.Queries.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock($1)", cancellationToken, ChangeLock);
        var result = await work(connection);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    private async Task ApplyAsync(NpgsqlConnection connection, SigningKeyChanges changes, CancellationToken cancellationToken)
    {
        foreach (var key in changes.Added)
        {
            var sealedBytes = box.Seal(ContextOf(key.Kid), key.PrivateKey);
            await ExecuteAsync(
                connection, "INSERT INTO signing_key (kid, key_id, sealed, created_at, active_from) VALUES ($1, $2, $3, $4, $5)",
                cancellationToken, key.Kid, SecretBox.KeyId(sealedBytes), sealedBytes, key.CreatedAt,
                key.ActiveFrom ?? (object)DBNull.Value);
        }

        foreach (var (kid, at) in changes.Activated)
        {
            await ExecuteAsync(connection, "UPDATE signing_key SET active_from = $2 WHERE kid = $1", cancellationToken, kid, at);
        }

        foreach (var kid in changes.Dropped)
        {
            await ExecuteAsync(connection, "DELETE FROM signing_key WHERE kid = $1", cancellationToken, kid);
        }
    }

    private Task SealAsync(NpgsqlConnection connection, SigningKeyRow row, CancellationToken cancellationToken)
    {
        var sealedBytes = box.Seal(ContextOf(row.Kid), row.PrivateKey);
        return ExecuteAsync(
            connection, "UPDATE signing_key SET private_key = NULL, key_id = $2, sealed = $3 WHERE kid = $1", cancellationToken,
            row.Kid, SecretBox.KeyId(sealedBytes), sealedBytes);
    }

    private async Task<IReadOnlyList<SigningKeyRow>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var select = new NpgsqlCommand(
            "SELECT kid, private_key, sealed, created_at, active_from FROM signing_key ORDER BY created_at DESC, kid", connection);
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        var keys = new List<SigningKeyRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var kid = reader.GetString(0);
            var clear = !reader.IsDBNull(1);
            keys.Add(new SigningKeyRow(
                kid,
                clear ? reader.GetFieldValue<byte[]>(1) : box.Open(ContextOf(kid), reader.GetFieldValue<byte[]>(2)),
                reader.GetFieldValue<DateTimeOffset>(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
                clear));
        }

        return keys;
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(Array.ConvertAll(values, value => new NpgsqlParameter { Value = value }));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static SecretContext ContextOf(string kid) =>
        new(Caller.Platform, OperationId.FromKey("signing-key", kid).Value, "signing-key");
}
