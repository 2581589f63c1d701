using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Storage.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Statements and balances of a wallet in the past, as known now or at an earlier time.</summary>
[Routes]
public static class StatementEndpoints
{
    private const string KnownAt = "asKnownAt";

    private static readonly Dictionary<string, StatementFormat> Formats =
        new(StringComparer.Ordinal) { ["json"] = StatementFormat.Json, ["csv"] = StatementFormat.Csv, ["pdf"] = StatementFormat.Pdf };

    public static void MapStatements(this RouteGroupBuilder api)
    {
        var wallet = api.MapGroup("/wallets/{id:guid}").WithTags("Wallets");
        wallet.MapGet("/statement", StatementAsync)
            .Describe("Returns a statement of a wallet: opening balance, lines in the order they took effect, and closing balance.")
            .Takes("from", "The inclusive start; by default the first transaction.")
            .Takes("to", "The exclusive end; by default the last transaction.")
            .Takes("format", "json (the default), csv or pdf.")
            .Takes(KnownAt, "Ignores transactions recorded after this time; by default now.")
            .Answers<Statement>(200).AnswersFile(Csv.MediaType, "application/pdf").Refuses(404).NeedsWithin(WalletAccess.Read);
        wallet.MapGet("/balance", BalanceAsync).Describe("Returns the balance of a wallet at a point in time.")
            .Takes("at", "The time of the balance, inclusive; by default now.")
            .Takes(KnownAt, "Ignores transactions recorded after this time; by default now.")
            .Answers<BalanceAt>(200).Refuses(404).NeedsWithin(WalletAccess.Read);
    }

    private static async Task<IResult> StatementAsync(Guid id, Call call, StatementQueries statements, Reach reach)
    {
        var (wallet, refusal) = await WalletAccess.FindAsync(call, reach, id);
        if (wallet is null)
        {
            return refusal!;
        }

        var query = call.Query("from", "to", "format", KnownAt);
        var (from, to, format) = (query.Instant("from"), query.Instant("to"), query.OneOf("format", Formats) ?? StatementFormat.Json);
        var knownAt = ParseKnownAt(query, call);
        if (from > to)
        {
            query.Fault("to", "to must not be before from.");
        }

        query.Check.ThrowIfFailed();
        var known = await statements.KnownAsync(call.OrganisationId, id, knownAt, call.Aborted);
        var opening = from is null ? new LedgerPosition(0, 0, 0, 0) : await statements.PositionAsync(known, from, call.Aborted);
        var head = new StatementHead(id, wallet.Balance.Currency, from, to, knownAt, opening.Balance);
        return new StatementResult(head, format, statements.LinesAsync(known, opening, from, to, call.Aborted));
    }

    private static async Task<IResult> BalanceAsync(Guid id, Call call, StatementQueries statements, Reach reach)
    {
        var (wallet, refusal) = await WalletAccess.FindAsync(call, reach, id);
        if (wallet is null)
        {
            return refusal!;
        }

        var query = call.Query("at", KnownAt);
        var knownAt = ParseKnownAt(query, call);
        var at = query.Instant("at") is { } asked ? Instants.ToMicroseconds(asked) : knownAt;
        query.Check.ThrowIfFailed();
        var known = await statements.KnownAsync(call.OrganisationId, id, knownAt, call.Aborted);
        var after = at < DateTimeOffset.MaxValue.AddSeconds(-1) ? at.AddMicroseconds(1) : (DateTimeOffset?)null;
        var position = await statements.PositionAsync(known, after, call.Aborted);
        var currency = wallet.Balance.Currency;
        return Reply.Ok(new BalanceAt(
            id, at, knownAt, new Money(position.Balance, currency), new Money(position.Held, currency),
            new Money(position.Leased, currency),
            new Money(position.Balance - position.Held - position.Leased, currency), position.Sequence));
    }

    // A time in the future becomes now. The response contains the time used, so that the caller can repeat the query.
    private static DateTimeOffset ParseKnownAt(Query query, Call call)
    {
        var now = call.Now;
        return Instants.ToMicroseconds(query.Instant(KnownAt) is { } asked && asked < now ? asked : now);
    }
}
