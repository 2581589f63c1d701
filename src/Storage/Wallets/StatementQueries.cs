using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Wallets;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;
using Platform.Wallets;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Wallets;

/// <summary>What was known of a wallet at an instant: its first transactions, up to one. Backdated tells that they are not in the order of their effect.</summary>
public sealed record KnownLedger(Guid OrganisationId, Guid WalletId, long Through, bool Backdated);

/// <summary>How a wallet stood, in minor units, and up to which sequence that goes.</summary>
public sealed record LedgerPosition(long Sequence, long Balance, long Held, long Leased);

/// <summary>
/// One line of a statement. Change is what it did to the balance; a hold does nothing to it. The sub-user is the owner of the wallet that
/// leased or spent.
/// </summary>
public sealed record StatementLine(
    long Sequence, Guid Id, TransactionType Type, long Amount, long Change, string? Reference, string? Reason, DateTimeOffset At, DateTimeOffset KnownAt,
    Guid? SubUserId = null, Guid? SubWalletId = null);

/// <summary>
/// The past of one wallet, by when things took effect and by when they were known. A wallet without backdated transactions has its
/// order of effect in its sequence, so that a balance is read from one row; others are summed.
/// </summary>
[Singleton]
public sealed class StatementQueries(PlatformDatabase database)
{
    private const int Page = 2_000;
    private const int SortedPage = 20_000; // Each page of these sorts what is left.

    // An owner is for life; a name is not, and a statement of the past must stay the same.
    private const string Lines =
        """
        SELECT sequence, id, type, amount, postings, reference, reason, at, known_at, CASE WHEN type IN (14, 17) THEN related_id END,
               CASE WHEN type IN (14, 17) THEN (SELECT owner_id FROM wallet c WHERE c.org_id = t.org_id AND c.wallet_id = t.related_id) END
        FROM wallet_transaction t
        """;

    /// <summary>What was known at an instant. Later transactions change nothing about it.</summary>
    public async Task<KnownLedger> KnownAsync(Guid organisationId, Guid walletId, DateTimeOffset knownAt, CancellationToken cancellationToken)
    {
        var found = await database.ListAsync(
            """
            SELECT coalesce((SELECT sequence FROM wallet_transaction
                             WHERE org_id = $1 AND wallet_id = $2 AND known_at <= $3 ORDER BY sequence DESC LIMIT 1), 0),
                   EXISTS (SELECT 1 FROM wallet_transaction WHERE org_id = $1 AND wallet_id = $2 AND at <> known_at AND known_at <= $3)
            """,
            [Value(organisationId), Value(walletId), Value(knownAt.UtcDateTime)],
            reader => new KnownLedger(organisationId, walletId, reader.GetInt64(0), reader.GetBoolean(1)),
            cancellationToken);
        return found[0];
    }

    /// <summary>How the wallet stood before an instant of effect; null is after everything known.</summary>
    public async Task<LedgerPosition> PositionAsync(KnownLedger known, DateTimeOffset? before, CancellationToken cancellationToken)
    {
        // In the order of the sequence each row says the balance; else what each row did to it is the difference to the row before.
        var found = await database.ListAsync(
            known.Backdated
                ? ListQuery.Of(
                    $"""
                    SELECT coalesce(max(sequence), 0), coalesce(sum(change), 0)::bigint, coalesce(sum(held), 0)::bigint, 0::bigint
                    FROM (
                        SELECT sequence, at, balance_after - lag(balance_after, 1, 0::bigint) OVER w AS change,
                               held_after - lag(held_after, 1, 0::bigint) OVER w AS held
                        FROM wallet_transaction
                        WHERE org_id = {known.OrganisationId} AND wallet_id = {known.WalletId} AND sequence <= {known.Through}
                        WINDOW w AS (ORDER BY sequence)) t
                    """)
                    .IfGiven($"at < {before}")
                : Known("SELECT sequence, balance_after, held_after, 0::bigint FROM wallet_transaction", known)
                    .IfGiven($"at < {before}")
                    .Descending("sequence")
                    .Limit(1),
            reader => new LedgerPosition(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)),
            cancellationToken);
        return found.Count == 0 ? new LedgerPosition(0, 0, 0, 0) : found[0] with { Leased = await LeasedAsync(known, before, cancellationToken) };
    }

    /// <summary>
    /// The lines that took effect in [from, to), from a position on, a page at a time: no statement stays open while a slow client
    /// reads, and what is written meanwhile is not among them.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<StatementLine>> LinesAsync(
        KnownLedger known, LedgerPosition opening, DateTimeOffset? from, DateTimeOffset? to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // In order, the lines are those between two places of the sequence, even where a clock went back for a moment.
        var through = known.Backdated || to is null ? known.Through : (await PositionAsync(known, to, cancellationToken)).Sequence;
        var (sequence, at) = (known.Backdated ? 0 : opening.Sequence, (DateTimeOffset?)null);
        var size = known.Backdated ? SortedPage : Page;
        IReadOnlyList<StatementLine> page;
        do
        {
            page = await database.ListAsync(
                known.Backdated
                    ? Known(Lines, known)
                        .IfGiven($"at >= {from}")
                        .IfGiven($"at < {to}")
                        .Ascending("at, sequence", $"{at}, {sequence}")
                        .Limit(size)
                    : Known(Lines, known with { Through = through }).Ascending("sequence", $"{sequence}").Limit(size),
                Line,
                cancellationToken);
            if (page.Count > 0)
            {
                (sequence, at) = (page[^1].Sequence, known.Backdated ? page[^1].At : null);
                yield return page;
            }
        }
        while (page.Count == size);
    }

    private async Task<long> LeasedAsync(KnownLedger known, DateTimeOffset? before, CancellationToken cancellationToken)
    {
        var found = await database.ListAsync(
            Known("SELECT postings FROM wallet_transaction", known)
                .Where($"type BETWEEN 14 AND 17")
                .IfGiven($"at < {before}"),
            reader => Posting.Unflatten(reader.GetFieldValue<long[]>(0)).Into(LedgerAccount.Leased),
            cancellationToken);
        return found.Sum();
    }

    private static ListQuery Known(string select, KnownLedger known) =>
        new ListQuery(select).Where($"org_id = {known.OrganisationId} AND wallet_id = {known.WalletId} AND sequence <= {known.Through}");

    private static StatementLine Line(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetGuid(1), (TransactionType)reader.GetInt16(2), reader.GetInt64(3),
        Posting.Unflatten(reader.GetFieldValue<long[]>(4)).IntoBalance(), reader.Text(5), reader.Text(6),
        reader.GetFieldValue<DateTimeOffset>(7), reader.GetFieldValue<DateTimeOffset>(8), reader.Optional<Guid>(10), reader.Optional<Guid>(9));
}
