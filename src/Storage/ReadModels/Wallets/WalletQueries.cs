using NpgsqlTypes;
using Platform.Wallets;
using static Platform.Storage.Reading;

namespace Platform.Storage.ReadModels.Wallets;

/// <summary>Which movements of a wallet are asked for. Amounts are in the wallet's currency, bounds inclusive, To exclusive.</summary>
public sealed record TransactionFilter(
    TransactionType? Type = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    string? Reference = null,
    long? MinMinor = null,
    long? MaxMinor = null);

/// <summary>Lists of wallets and of their movements.</summary>
public sealed class WalletQueries(PlatformDatabase database)
{
    /// <summary>Wallets in the order of their ids, after one, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<WalletView>> ListAsync(
        Guid organisationId, Guid? after, Guid? ownerId, string? currency, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            """
            SELECT wallet_id, owner_id, currency, balance, status, version
            FROM wallet
            WHERE org_id = $1
              AND ($2::uuid IS NULL OR wallet_id > $2)
              AND ($3::uuid IS NULL OR owner_id = $3)
              AND ($4::text IS NULL OR currency = $4)
            ORDER BY wallet_id
            LIMIT $5
            """,
            [
                Value(organisationId),
                Optional(after, NpgsqlDbType.Uuid),
                Optional(ownerId, NpgsqlDbType.Uuid),
                Optional(currency, NpgsqlDbType.Text),
                Value(limit),
            ],
            reader =>
            {
                var unit = Currency.Parse(reader.GetString(2));
                var balance = new Money(reader.GetInt64(3), unit);
                var none = Money.Zero(unit);
                return new WalletView(
                    reader.GetGuid(0), reader.GetGuid(1), organisationId, null, unit.Code, balance, none, balance, none,
                    (WalletStatus)reader.GetInt16(4), reader.GetInt64(5));
            },
            cancellationToken);

    /// <summary>Movements of one wallet, newest first, before a sequence number, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<WalletTransaction>> TransactionsAsync(
        Guid organisationId, Guid walletId, long? before, TransactionFilter filter, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            """
            SELECT id, sequence, type, currency, amount, balance_after, reason, reference, at, actor_id, operation_id, metadata
            FROM wallet_transaction
            WHERE org_id = $1 AND wallet_id = $2
              AND ($3::bigint IS NULL OR sequence < $3)
              AND ($4::smallint IS NULL OR type = $4)
              AND ($5::timestamptz IS NULL OR at >= $5)
              AND ($6::timestamptz IS NULL OR at < $6)
              AND ($7::text IS NULL OR reference = $7)
              AND ($8::bigint IS NULL OR amount >= $8)
              AND ($9::bigint IS NULL OR amount <= $9)
            ORDER BY sequence DESC
            LIMIT $10
            """,
            [
                Value(organisationId),
                Value(walletId),
                Optional(before, NpgsqlDbType.Bigint),
                Optional((short?)filter.Type, NpgsqlDbType.Smallint),
                Optional(filter.From, NpgsqlDbType.TimestampTz),
                Optional(filter.To, NpgsqlDbType.TimestampTz),
                Optional(filter.Reference, NpgsqlDbType.Text),
                Optional(filter.MinMinor, NpgsqlDbType.Bigint),
                Optional(filter.MaxMinor, NpgsqlDbType.Bigint),
                Value(limit),
            ],
            reader =>
            {
                var unit = Currency.Parse(reader.GetString(3));
                var balance = new Money(reader.GetInt64(5), unit);
                return new WalletTransaction(
                    reader.GetGuid(0), walletId, reader.GetInt64(1), (TransactionType)reader.GetInt16(2),
                    new Money(reader.GetInt64(4), unit), balance, balance, reader.Text(6), reader.Text(7),
                    reader.GetFieldValue<DateTimeOffset>(8), reader.GetGuid(9), new OperationId(reader.GetGuid(10)), reader.Metadata(11));
            },
            cancellationToken);
}
