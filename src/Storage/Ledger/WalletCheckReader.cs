using System.Data;
using System.Text.Json;
using Npgsql;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Ledger;
using Platform.Identity;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Wallets;
using Platform.Wallets;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Ledger;

/// <summary>The result of checking a wallet: version reached, number of transactions, and the first fault, if any.</summary>
public sealed record CheckedWallet(EntityKey Key, long Version, long Transactions, LedgerFault? Fault);

/// <summary>
/// Reads the journal, ledger and row of one wallet in one snapshot for <see cref="WalletCheck"/>, so that each concurrent commit is seen
/// completely or not at all.
/// </summary>
[Singleton]
public sealed class WalletCheckReader(PlatformDatabase database)
{
    private const int PageSize = 1_000;

    /// <param name="key">The wallet.</param>
    /// <param name="checkpoint">The last checkpoint and its leaf for this wallet; null if it has none.</param>
    /// <exception cref="Platform.Grains.Engine.Journal.JournalUnavailableException">The store is unavailable.</exception>
    public Task<CheckedWallet> CheckAsync(
        EntityKey key, (Checkpoint Checkpoint, CheckpointLeaf Leaf)? checkpoint, CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync(async () =>
        {
            await using var connection = await database.Queries.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

            // Locks before the snapshot is taken, because a concurrent rebuild of the read models would empty these tables.
            await using (var hold = new NpgsqlCommand("LOCK TABLE journal, wallet, wallet_transaction IN ACCESS SHARE MODE", connection))
            {
                await hold.ExecuteNonQueryAsync(cancellationToken);
            }

            var check = new WalletCheck(key);
            LedgerFault? fault;
            try
            {
                fault = await CheckAsync(connection, check, key, checkpoint, cancellationToken);
            }
            catch (Exception exception) when (exception is ArgumentException or JsonException or InvalidCastException or FormatException)
            {
                fault = new LedgerFault(FaultKind.Hash, key.Id, check.Sequence + 1, $"a row of it cannot be read: {exception.Message}");
            }

            return new CheckedWallet(key, check.Version, check.Sequence, fault);
        });

    private static async Task<LedgerFault?> CheckAsync(
        NpgsqlConnection connection, WalletCheck check, EntityKey key, (Checkpoint Checkpoint, CheckpointLeaf Leaf)? checkpoint,
        CancellationToken cancellationToken)
    {
        var after = long.MinValue;
        while (true)
        {
            var page = await ReadAsync(
                connection,
                $"""
                SELECT {JournalReader.Columns} FROM journal
                WHERE org_id = $1 AND entity_id = $2 AND version > $3 ORDER BY version LIMIT $4
                """,
                key, check.Version == 0 ? long.MinValue : check.Version, PageSize, JournalReader.Entry, cancellationToken);
            foreach (var entry in page)
            {
                if (check.Accept(entry) is { } invalid)
                {
                    return invalid;
                }
            }

            // After the last page, requests one more transaction, to detect a surplus one.
            var last = page.Count < PageSize;
            var rows = await ReadAsync(
                connection,
                $"""
                SELECT {LedgerQueries.Columns} FROM wallet_transaction
                WHERE org_id = $1 AND wallet_id = $2 AND sequence > $3 ORDER BY sequence LIMIT $4
                """,
                key, after, check.Expected + (last ? 1 : 0), LedgerQueries.Row, cancellationToken);
            foreach (var row in rows)
            {
                if ((check.Accept(row) ?? (checkpoint is { } one ? check.Accept(one.Checkpoint, one.Leaf) : null)) is { } wrong)
                {
                    return wrong;
                }

                after = row.Sequence;
            }

            if (last)
            {
                return check.Finish(await WalletAsync(connection, key, cancellationToken), checkpoint?.Checkpoint, checkpoint?.Leaf);
            }
        }
    }

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, EntityKey key, long after, int limit, Func<NpgsqlDataReader, T> row,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange((NpgsqlParameter[])[Value(key.OrganisationId), Value(key.Id), Value(after), Value(limit)]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    private static async Task<StoredWallet?> WalletAsync(NpgsqlConnection connection, EntityKey key, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT owner_id, currency, paid, promotional, held, leased, credit_limit, sequence, head, status, version
            FROM wallet WHERE org_id = $1 AND wallet_id = $2
            """,
            connection);
        command.Parameters.AddRange((NpgsqlParameter[])[Value(key.OrganisationId), Value(key.Id)]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return !await reader.ReadAsync(cancellationToken)
            ? null
            : new StoredWallet(
                reader.GetGuid(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
                reader.GetInt64(6),
                reader.GetInt64(7), Digest.Read(reader.GetFieldValue<byte[]>(8)), (WalletStatus)reader.GetInt16(9), reader.GetInt64(10));
    }
}
