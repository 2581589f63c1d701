using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Tables;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Ledger;

/// <summary>Table <c>ledger_check</c>: how far the self-check has seen each wallet. Silos share the work through it.</summary>
[Singleton]
public sealed class CheckTable(PlatformDatabase database)
{
    internal static readonly Table Table = new("ledger_check", TableKind.Store);

    /// <summary>
    /// The next wallets that have changed since they were checked, or were not checked since an instant, in the order of their keys after
    /// one. Looks at no more than <paramref name="scan"/> wallets; Last is the last of them, null at the end of the table.
    /// </summary>
    public async Task<(IReadOnlyList<EntityKey> Due, EntityKey? Last)> DueAsync(
        EntityKey? after, DateTimeOffset notSince, int scan, CancellationToken cancellationToken)
    {
        var found = await database.ListAsync(
            """
            SELECT w.org_id, w.wallet_id, c.version IS NULL OR c.version < w.version OR c.checked_at < $3
            FROM (
                SELECT org_id, wallet_id, version FROM wallet
                WHERE $1::uuid IS NULL OR (org_id, wallet_id) > ($1, $2)
                ORDER BY org_id, wallet_id
                LIMIT $4) w
            LEFT JOIN ledger_check c USING (org_id, wallet_id)
            ORDER BY 1, 2
            """,
            [Optional(after?.OrganisationId, NpgsqlDbType.Uuid), Optional(after?.Id, NpgsqlDbType.Uuid), Value(notSince.UtcDateTime), Value(scan)],
            static reader => (Key: new EntityKey(reader.GetGuid(0), reader.GetGuid(1)), Due: reader.GetBoolean(2)),
            cancellationToken);
        return ([.. found.Where(row => row.Due).Select(row => row.Key)], found.Count < scan ? null : found[^1].Key);
    }

    public Task DoneAsync(CheckedWallet wallet, DateTimeOffset now, CancellationToken cancellationToken) => ExecuteAsync(
        """
        INSERT INTO ledger_check AS c (org_id, wallet_id, version, checked_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org_id, wallet_id) DO UPDATE SET version = excluded.version, checked_at = excluded.checked_at WHERE c.checked_at < excluded.checked_at
        """,
        [Value(wallet.Key.OrganisationId), Value(wallet.Key.Id), Value(wallet.Version), Value(now.UtcDateTime)],
        cancellationToken);

    /// <summary>Makes all wallets of an organisation due; returns how many there are.</summary>
    public async Task<long> ForgetAsync(Guid organisationId, CancellationToken cancellationToken)
    {
        await ExecuteAsync("DELETE FROM ledger_check WHERE org_id = $1", [Value(organisationId)], cancellationToken);
        return (await database.ListAsync("SELECT count(*) FROM wallet WHERE org_id = $1", [Value(organisationId)], static reader => reader.GetInt64(0), cancellationToken))[0];
    }

    private Task<int> ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) => StoreFailure.TranslateAsync(async () =>
    {
        await using var command = database.Queries.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    });
}
