using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Tables;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Ledger;

/// <summary>Table <c>ledger_check</c>: up to which version each wallet was checked. Silos share the work through it.</summary>
[Singleton]
public sealed class CheckTable(PlatformDatabase database)
{
    internal static readonly Table<CheckRow> Table = new("ledger_check", TableKind.Store, columns => columns
        .Key("org_id", row => row.Key.OrganisationId)
        .Key("wallet_id", row => row.Key.Id)
        .Value("version", row => row.Version)
        .Version("checked_at", row => row.CheckedAt));

    /// <summary>
    /// Lists wallets after a key that have changed since their last check or were not checked since an instant. Scans at most
    /// <paramref name="scan"/> wallets; Last is the last one scanned, null at the end of the table.
    /// </summary>
    public async Task<(IReadOnlyList<EntityKey> Due, EntityKey? Last)> DueAsync(
        EntityKey? after, DateTimeOffset notSince, int scan, CancellationToken cancellationToken)
    {
        // Guid.Empty is before every id.
        var found = await database.ListAsync(
            """
            SELECT w.org_id, w.wallet_id, c.version IS NULL OR c.version < w.version OR c.checked_at < $3
            FROM (
                SELECT org_id, wallet_id, version FROM wallet
                WHERE (org_id, wallet_id) > ($1, $2)
                ORDER BY org_id, wallet_id
                LIMIT $4) w
            LEFT JOIN ledger_check c USING (org_id, wallet_id)
            ORDER BY 1, 2
            """,
            [Value(after?.OrganisationId ?? Guid.Empty), Value(after?.Id ?? Guid.Empty), Value(notSince.UtcDateTime), Value(scan)],
            static reader => (Key: new EntityKey(reader.GetGuid(0), reader.GetGuid(1)), Due: reader.GetBoolean(2)),
            cancellationToken);
        return ([.. found.Where(row => row.Due).Select(row => row.Key)], found.Count < scan ? null : found[^1].Key);
    }

    public Task DoneAsync(CheckedWallet wallet, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(Table, [new CheckRow(wallet.Key, wallet.Version, now)], cancellationToken);

    /// <summary>Makes all wallets of an organisation due for a check and returns their number.</summary>
    public async Task<long> ForgetAsync(Guid organisationId, CancellationToken cancellationToken)
    {
        await StoreFailure.TranslateAsync(async () =>
        {
            await using var command = database.Queries.CreateCommand("DELETE FROM ledger_check WHERE org_id = $1");
            command.Parameters.Add(Value(organisationId));
            return await command.ExecuteNonQueryAsync(cancellationToken);
        });
        var wallets = await database.ListAsync(
            "SELECT count(*) FROM wallet WHERE org_id = $1", [Value(organisationId)], static reader => reader.GetInt64(0),
            cancellationToken);
        return wallets[0];
    }

    /// <summary>The version up to which a wallet was checked, and when.</summary>
    internal sealed record CheckRow(EntityKey Key, long Version, DateTimeOffset CheckedAt);
}
