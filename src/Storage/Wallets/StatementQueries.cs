using System.Runtime.CompilerServices;
using Npgsql;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Wallets;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;
using Platform.Wallets;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Wallets;

/// <summary>
/// The transactions of a wallet known at an instant: all up to Through. If Backdated, sequence order differs from effect order.
/// </summary>
public sealed record KnownLedger(Guid OrganisationId, Guid WalletId, long Through, bool Backdated);

/// <summary>The balances of a wallet after a sequence number, in minor units.</summary>
public sealed record LedgerPosition(long Sequence, long Balance, long Held, long Leased);

/// <summary>
/// A line of a statement. Change is the effect on the balance; a hold has none. The sub-user is the owner of the wallet that leased or
/// spent.
/// </summary>
public sealed record StatementLine(
    long Sequence, Guid Id, TransactionType Type, long Amount, long Change, string? Reference, string? Reason, DateTimeOffset At,
    DateTimeOffset KnownAt,
    Guid? SubUserId = null, Guid? SubWalletId = null);

/// <summary>
/// Queries a wallet's past by time of effect and time of recording. Without backdated transactions the sequence is the order of effect,
/// so that a balance is read from one row; otherwise it is summed.
/// </summary>
[Singleton]
public sealed class StatementQueries(PlatformDatabase database)
{
    private const int Page = 2_000;
    private const int SortedPage = 20_000; // Larger, because each page sorts all remaining rows.

    // Selects the owner's id, which never changes, and not the name: a statement of the past must stay the same.
    private const string Lines =
        """
        SELECT sequence, id, type, amount, postings, reference, reason, at, known_at, CASE WHEN type IN (14, 17) THEN related_id END,
               CASE WHEN type IN (14, 17) THEN (SELECT owner_id FROM wallet c WHERE c.org_id = t.org_id AND c.wallet_id = t.related_id) END
        FROM wallet_transaction t
        """;

    /// <summary>Returns what was known at an instant. Later transactions do not change the result.</summary>
    public async Task<KnownLedger> KnownAsync(
        Guid organisationId, Guid walletId, DateTimeOffset knownAt, CancellationToken cancellationToken)
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

    /// <summary>Returns the balances before an instant of effect, or after everything known if null.</summary>
    public async Task<LedgerPosition> PositionAsync(KnownLedger known, DateTimeOffset? before, CancellationToken cancellationToken)
    {
        // In sequence order each row has the balance. With backdated rows, sums the difference of each row to the previous one.
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
        return found.Count == 0
            ? new LedgerPosition(0, 0, 0, 0)
            : found[0] with { Leased = await LeasedAsync(known, before, cancellationToken) };
    }

    /// <summary>
    /// Returns the lines that took effect in [from, to) in pages, so that no database query stays open while a slow client reads. Lines
    /// written meanwhile are not included.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<StatementLine>> LinesAsync(
        KnownLedger known, LedgerPosition opening, DateTimeOffset? from, DateTimeOffset? to,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Without backdated rows the lines are a range of the sequence, even if a clock went back for a moment.
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
        reader.GetFieldValue<DateTimeOffset>(7), reader.GetFieldValue<DateTimeOffset>(8), reader.Optional<Guid>(10),
        reader.Optional<Guid>(9));
}
