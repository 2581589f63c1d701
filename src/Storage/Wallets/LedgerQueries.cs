using System.Runtime.CompilerServices;
using Npgsql;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Wallets;
using Platform.Identity;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;
using Platform.Wallets;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Wallets;

/// <summary>A filter of transactions. Amounts are in the wallet's currency; bounds are inclusive, except To.</summary>
public sealed record TransactionFilter(
    TransactionType? Type = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    string? Reference = null,
    long? MinMinor = null,
    long? MaxMinor = null,
    Guid? RelatedId = null);

/// <summary>Queries of the ledger.</summary>
[Singleton(typeof(ILedgerReader))]
public sealed class LedgerQueries(PlatformDatabase database) : ILedgerReader
{
    internal static readonly Table Entries = new("ledger_entry", TableKind.View);

    private const int ExportPage = 1_000;

    internal const string Columns =
        """
        org_id, wallet_id, sequence, version, id, type, currency, amount, balance_after, held_after, available_after, reason, reference, at,
        known_at, actor_id, operation_id, related_id, postings, metadata, hash
        """;

    /// <summary>Lists the transactions of a wallet before a sequence number, newest first.</summary>
    public Task<IReadOnlyList<WalletTransactionRow>> TransactionsAsync(
        Guid organisationId, Guid walletId, long? before, TransactionFilter filter, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            WalletTables.Transactions.Select(Columns)
                .Where($"org_id = {organisationId} AND wallet_id = {walletId}")
                .IfGiven($"type = {filter.Type}")
                .IfGiven($"at >= {filter.From}")
                .IfGiven($"at < {filter.To}")
                .IfGiven($"reference = {filter.Reference}")
                .IfGiven($"amount >= {filter.MinMinor}")
                .IfGiven($"amount <= {filter.MaxMinor}")
                .IfGiven($"related_id = {filter.RelatedId}")
                .Descending("sequence", $"{before}")
                .Limit(limit),
            Row,
            cancellationToken);

    /// <summary>Returns a transaction of the organisation, or null if there is none.</summary>
    public async Task<WalletTransactionRow?> FindAsync(Guid organisationId, Guid transactionId, CancellationToken cancellationToken)
    {
        var found = await database.ListAsync(
            $"SELECT {Columns} FROM wallet_transaction WHERE org_id = $1 AND id = $2",
            [Value(organisationId), Value(transactionId)],
            Row,
            cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public Task<IReadOnlyList<ReferencedTransaction>> ReferencesAsync(
        Guid organisationId, IReadOnlyList<LedgerReference> references, CancellationToken cancellationToken) =>
        database.ListAsync(
            """
            SELECT t.wallet_id, t.reference, t.id, t.operation_id
            FROM (SELECT DISTINCT wallet_id, reference FROM unnest($2, $3) AS a (wallet_id, reference)) a
            JOIN wallet_transaction t ON t.org_id = $1 AND t.wallet_id = a.wallet_id AND t.reference = a.reference
            ORDER BY t.wallet_id, t.sequence
            """,
            [Value(organisationId), Value(references.Select(one => one.WalletId).ToArray()),
            Value(references.Select(one => one.Reference).ToArray())],
            reader => new ReferencedTransaction(
                new LedgerReference(reader.GetGuid(0), reader.GetString(1)), reader.GetGuid(2), new OperationId(reader.GetGuid(3))),
            cancellationToken);

    /// <summary>
    /// Returns the organisation's ledger in pages, ordered by wallet and sequence; optionally only what was recorded in [from, to).
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<WalletTransactionRow>> ExportAsync(
        Guid organisationId, DateTimeOffset? from, DateTimeOffset? to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (wallet, sequence) = (Guid.Empty, 0L);
        IReadOnlyList<WalletTransactionRow> page;
        do
        {
            page = await database.ListAsync(
                WalletTables.Transactions.Select(Columns)
                    .Where($"org_id = {organisationId}")
                    .IfGiven($"known_at >= {from}")
                    .IfGiven($"known_at < {to}")
                    .Ascending("wallet_id, sequence", $"{wallet}, {sequence}")
                    .Limit(ExportPage),
                Row,
                cancellationToken);
            if (page.Count > 0)
            {
                (wallet, sequence) = (page[^1].Key.Id, page[^1].Sequence);
                yield return page;
            }
        }
        while (page.Count == ExportPage);
    }

    /// <summary>Reads the current row of a query that selects <see cref="Columns"/>.</summary>
    internal static WalletTransactionRow Row(NpgsqlDataReader reader) => new(
        new EntityKey(reader.GetGuid(0), reader.GetGuid(1)), reader.GetInt64(2), reader.GetInt64(3), reader.GetGuid(4), reader.GetInt16(5),
        reader.GetString(6),
        reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.Text(11), reader.Text(12),
        reader.GetFieldValue<DateTimeOffset>(13), reader.GetFieldValue<DateTimeOffset>(14), reader.GetGuid(15), reader.GetGuid(16),
        reader.Optional<Guid>(17), reader.GetFieldValue<long[]>(18), reader.Metadata(19), Digest.Read(reader.GetFieldValue<byte[]>(20)));
}
