using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Storage.Wallets;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>What is given back, undone and corrected, and promotional credit.</summary>
public static class CorrectionEndpoints
{
    private const string Adjusts = "wallets:adjust";

    public static void MapCorrections(this RouteGroupBuilder api)
    {
        var transactions = api.MapGroup("/transactions/{id:guid}").WithTags("Wallets");
        transactions.MapGet("", GetAsync).Describe("One transaction with the entries that it posted.")
            .Answers<TransactionDetail>(200).Refuses(404).NeedsWithin("wallets:read");
        transactions.MapPost("/refunds", RefundAsync).Describe("Gives back a charge or capture, or a part of it; never more than it took. What was paid with credit whose time is over does not come back: expired says how much.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404, 409, 422, 503).Needs(Adjusts);
        transactions.MapPost("/reversals", ReverseAsync).Describe("Undoes what is left of a transaction: of promotional credit, what nobody has spent or holds.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404, 409, 422, 503).Needs(Adjusts);

        var wallets = api.MapGroup("/wallets/{id:guid}").WithTags("Wallets");
        wallets.MapPost("/adjustments", AdjustAsync).Describe("Corrects a balance, now or as of an instant in the past.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404, 409, 422, 503).Needs(Adjusts);
        wallets.MapPost("/credits", PromoteAsync).Describe("Grants promotional credit, spent by priority, with or without an end.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404, 409, 422, 503).Needs(Adjusts);
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, EntityGrains grains, LedgerQueries ledger, Reach reach)
    {
        new Query(http).Check.ThrowIfFailed();
        if (await ledger.FindAsync(SignedIn.Of(http).OrganisationId, id, http.RequestAborted) is not { } row)
        {
            return NotFound();
        }

        return await WalletAccess.RefusalAsync(http, grains, reach, row.Key.Id) ?? Reply.Ok(row.ToDetail());
    }

    private static async Task<IResult> RefundAsync(
        Guid id, Body<RefundRequest> body, HttpContext http, EntityGrains grains, LedgerQueries ledger, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var context = Operation.Context(http, caller, "refunds", id, time, required: true, audited: true);
        if (await ledger.FindAsync(caller.OrganisationId, id, http.RequestAborted) is not { } original)
        {
            return NotFound();
        }

        var command = body.Value.ToCommand(context, id, original.Version);
        return Reply.Created(await grains.Of<IWalletGrain>(caller.OrganisationId, original.Key.Id).AskAsync(command, static (grain, command) => grain.RefundAsync(command)));
    }

    private static async Task<IResult> ReverseAsync(
        Guid id, Body<ReasonRequest> body, HttpContext http, EntityGrains grains, LedgerQueries ledger, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var context = Operation.Context(http, caller, "reversals", id, time, required: true, audited: true);
        if (await ledger.FindAsync(caller.OrganisationId, id, http.RequestAborted) is not { } original)
        {
            return NotFound();
        }

        var command = new Reverse(context, id, original.Version, body.Value.Reason);
        return Reply.Created(await grains.Of<IWalletGrain>(caller.OrganisationId, original.Key.Id).AskAsync(command, static (grain, command) => grain.ReverseAsync(command)));
    }

    private static async Task<IResult> AdjustAsync(Guid id, Body<AdjustRequest> body, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = body.Value.ToCommand(Operation.Context(http, caller, "adjustments", id, time, required: true, audited: true));
        return Reply.Created(await grains.Of<IWalletGrain>(caller.OrganisationId, id).AskAsync(command, static (grain, command) => grain.AdjustAsync(command)));
    }

    private static async Task<IResult> PromoteAsync(Guid id, Body<PromoteRequest> body, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = body.Value.ToCommand(Operation.Context(http, caller, "credits", id, time, required: true, audited: true));
        return Reply.Created(await grains.Of<IWalletGrain>(caller.OrganisationId, id).AskAsync(command, static (grain, command) => grain.PromoteAsync(command)));
    }

    private static IResult NotFound() => Reply.Refused<WalletTransaction>(CommonErrors.NotFound("transaction"));
}
