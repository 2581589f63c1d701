using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Storage.Wallets;

namespace Platform.Api.Wallets;

/// <summary>The past of a wallet: what it was, as it is known now or was known at an instant.</summary>
[Routes]
public static class StatementEndpoints
{
    private const string KnownAt = "asKnownAt";

    private static readonly Dictionary<string, StatementFormat> Formats =
        new(StringComparer.Ordinal) { ["json"] = StatementFormat.Json, ["csv"] = StatementFormat.Csv, ["pdf"] = StatementFormat.Pdf };

    public static void MapStatements(this RouteGroupBuilder api)
    {
        var wallet = api.MapGroup("/wallets/{id:guid}").WithTags("Wallets");
        wallet.MapGet("/statement", StatementAsync).Describe("What happened to a wallet, by when it took effect: opening balance and lines make the closing balance.")
            .Takes("from", "Not before this time; the beginning where it is missing.").Takes("to", "Before this time; the end where it is missing.")
            .Takes("format", "json (as it is without), csv or pdf.").Takes(KnownAt, "As it was known at this time; now where it is missing.")
            .Answers<Statement>(200).AnswersFile(Csv.MediaType, "application/pdf").Refuses(404).NeedsWithin(WalletAccess.Read);
        wallet.MapGet("/balance", BalanceAsync).Describe("The balance of a wallet as of an instant.")
            .Takes("at", "With all that took effect up to this time; now where it is missing.").Takes(KnownAt, "As it was known at this time; now where it is missing.")
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
        var knownAt = KnownBy(query, call);
        if (from > to)
        {
            query.Fault("to", "The end is not before the beginning.");
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
        var knownAt = KnownBy(query, call);
        var at = query.Instant("at") is { } asked ? Instants.ToMicroseconds(asked) : knownAt;
        query.Check.ThrowIfFailed();
        var known = await statements.KnownAsync(call.OrganisationId, id, knownAt, call.Aborted);
        var after = at < DateTimeOffset.MaxValue.AddSeconds(-1) ? at.AddMicroseconds(1) : (DateTimeOffset?)null;
        var position = await statements.PositionAsync(known, after, call.Aborted);
        var currency = wallet.Balance.Currency;
        return Reply.Ok(new BalanceAt(
            id, at, knownAt, new Money(position.Balance, currency), new Money(position.Held, currency), new Money(position.Leased, currency),
            new Money(position.Balance - position.Held - position.Leased, currency), position.Sequence));
    }

    // What is not known yet cannot be asked for: the answer says what it stands on, so that it can be asked again.
    private static DateTimeOffset KnownBy(Query query, Call call)
    {
        var now = call.Now;
        return Instants.ToMicroseconds(query.Instant(KnownAt) is { } asked && asked < now ? asked : now);
    }
}
