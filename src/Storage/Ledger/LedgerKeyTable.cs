using Npgsql;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Ledger;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Secrets;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Ledger;

/// <summary>A key that signs checkpoints: its public half, and the entity under which the private one is sealed.</summary>
public sealed record LedgerKeyRow(int Number, CheckpointKey Key, Guid EntityId);

/// <summary>
/// The keys that sign checkpoints, which every process shares. They stay for ever: whoever verifies an old checkpoint needs the key of
/// then. Private halves are sealed with all other secrets, and sealed anew with them.
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

    /// <summary>All keys; the last one signs.</summary>
    public Task<IReadOnlyList<LedgerKeyRow>> ListAsync(CancellationToken cancellationToken) => database.ListAsync(
        "SELECT number, kid, x, y, entity_id FROM ledger_key ORDER BY number",
        [],
        static reader => new LedgerKeyRow(reader.GetInt32(0), new CheckpointKey(reader.GetString(1), reader.GetString(2), reader.GetString(3)), reader.GetGuid(4)),
        cancellationToken);

    /// <summary>The private half, in PKCS#8; null where it is gone.</summary>
    public Task<byte[]?> PrivateKeyAsync(LedgerKeyRow key, CancellationToken cancellationToken) => secrets.GetAsync(ContextOf(key.EntityId), cancellationToken);

    /// <summary>Adds a key with the next number, unless another process was first.</summary>
    public async Task AddAsync(LedgerKeyRow key, byte[] privateKey, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // First what is sealed: a key that is published can be opened.
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
