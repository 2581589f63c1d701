using Platform.Grains.Engine.Registration;
using Platform.Grains.Ledger;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Secrets;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Ledger;

/// <summary>A signing key: its public key, and the entity id under which the private key is stored as a secret.</summary>
public sealed record LedgerKeyRow(int Number, CheckpointKey Key, Guid EntityId);

/// <summary>
/// The keys that sign checkpoints, shared by all processes. They are never deleted, because old checkpoints need them for verification.
/// Private keys are encrypted, and re-encrypted, like all other secrets.
/// </summary>
[Singleton]
public sealed class LedgerKeyTable(PlatformDatabase database, SecretTable secrets)
{
    internal static readonly Table<StoredKey> Table = new("ledger_key", TableKind.Evidence, columns => columns
        .Key("number", row => row.Row.Number)
        .Value("kid", row => row.Row.Key.Kid)
        .Value("entity_id", row => row.Row.EntityId)
        .Value("x", row => row.Row.Key.X)
        .Value("y", row => row.Row.Key.Y)
        .Value("created_at", row => row.CreatedAt)
        .AddIfAbsent());

    private const string Purpose = "ledger-signing-key";

    /// <summary>Lists all keys; the last one signs.</summary>
    public Task<IReadOnlyList<LedgerKeyRow>> ListAsync(CancellationToken cancellationToken) => database.ListAsync(
        "SELECT number, kid, x, y, entity_id FROM ledger_key ORDER BY number",
        [],
        static reader =>
            new LedgerKeyRow(
                reader.GetInt32(0), new CheckpointKey(reader.GetString(1), reader.GetString(2), reader.GetString(3)), reader.GetGuid(4)),
        cancellationToken);

    /// <summary>Returns the private key in PKCS#8, or null if it is lost.</summary>
    public Task<byte[]?> PrivateKeyAsync(LedgerKeyRow key, CancellationToken cancellationToken) =>
        secrets.GetAsync(ContextOf(key.EntityId), cancellationToken);

    /// <summary>Adds a key with the next number, unless another process was first.</summary>
    public async Task AddAsync(LedgerKeyRow key, byte[] privateKey, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Stores the private key first, so that every published key can sign.
        await secrets.PutAsync(ContextOf(key.EntityId), privateKey, cancellationToken);
        var added = await database.WriteAsync(Table, [new StoredKey(key, now)], cancellationToken);
        if (added == 0)
        {
            await secrets.DeleteAsync(ContextOf(key.EntityId), cancellationToken);
        }
    }

    private static SecretContext ContextOf(Guid entityId) => new(Caller.Platform, entityId, Purpose);

    internal sealed record StoredKey(LedgerKeyRow Row, DateTimeOffset CreatedAt);
}
