using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Storage.Wallets;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Refunds, reversals, adjustments and promotional credit.</summary>
[Routes]
public static class CorrectionEndpoints
{
    private const string Adjusts = "wallets:adjust";

    public static void MapCorrections(this RouteGroupBuilder api)
    {
        var transactions = api.MapGroup("/transactions/{id:guid}").WithTags("Wallets");
        transactions.MapGet("", GetAsync).Describe("Returns a transaction with its ledger entries.")
            .Answers<TransactionDetail>(200).Refuses(404).NeedsWithin("wallets:read");
        transactions.MapPost("/refunds", RefundAsync)
            .Describe(
                "Refunds a charge or capture in whole or in part. Expired credit is not restored; expired tells how much.")
            .MovesMoney().Audited().Answers<WalletTransaction>(201).Refuses(404).Needs(Adjusts);
        transactions.MapPost("/reversals", ReverseAsync)
            .Describe("Reverses what remains of a transaction. For promotional credit that is what is neither spent nor held.")
            .MovesMoney().Audited().Answers<WalletTransaction>(201).Refuses(404).Needs(Adjusts);

        var wallets = api.MapGroup("/wallets/{id:guid}").WithTags("Wallets");
        wallets.MapPost("/adjustments", AdjustAsync).Describe("Corrects a balance, effective now or at a time in the past.")
            .MovesMoney().Audited().Answers<WalletTransaction>(201).Refuses(404).Needs(Adjusts);
        wallets.MapPost("/credits", PromoteAsync).Describe("Grants promotional credit, which is spent by priority and may expire.")
            .MovesMoney().Audited().Answers<WalletTransaction>(201).Refuses(404).Needs(Adjusts);
    }

    private static async Task<IResult> GetAsync(Guid id, Call call, LedgerQueries ledger, Reach reach)
    {
        call.Query().Check.ThrowIfFailed();
        if (await ledger.FindAsync(call.OrganisationId, id, call.Aborted) is not { } row)
        {
            return NotFound();
        }

        return await WalletAccess.RefusalAsync(call, reach, row.Key.Id) ?? Reply.Ok(row.ToDetail());
    }

    private static async Task<IResult> RefundAsync(Guid id, Body<RefundRequest> body, Call call, LedgerQueries ledger)
    {
        var context = call.Context("refunds", id);
        if (await ledger.FindAsync(call.OrganisationId, id, call.Aborted) is not { } original)
        {
            return NotFound();
        }

        var command = body.Value.ToCommand(context, id, original.Version);
        return Reply.Created(await call.Grain<IWalletGrain>(original.Key.Id)
            .AskAsync(command, static (grain, command) => grain.RefundAsync(command)));
    }

    private static async Task<IResult> ReverseAsync(Guid id, Body<ReasonRequest> body, Call call, LedgerQueries ledger)
    {
        var context = call.Context("reversals", id);
        if (await ledger.FindAsync(call.OrganisationId, id, call.Aborted) is not { } original)
        {
            return NotFound();
        }

        var command = new Reverse(context, id, original.Version, body.Value.Reason);
        return Reply.Created(await call.Grain<IWalletGrain>(original.Key.Id)
            .AskAsync(command, static (grain, command) => grain.ReverseAsync(command)));
    }

    private static async Task<IResult> AdjustAsync(Guid id, Body<AdjustRequest> body, Call call)
    {
        var command = body.Value.ToCommand(call.Context("adjustments", id));
        return Reply.Created(await call.Grain<IWalletGrain>(id).AskAsync(command, static (grain, command) => grain.AdjustAsync(command)));
    }

    private static async Task<IResult> PromoteAsync(Guid id, Body<PromoteRequest> body, Call call)
    {
        var command = body.Value.ToCommand(call.Context("credits", id));
        return Reply.Created(await call.Grain<IWalletGrain>(id).AskAsync(command, static (grain, command) => grain.PromoteAsync(command)));
    }

    private static IResult NotFound() => Reply.Refused<WalletTransaction>(CommonErrors.NotFound("transaction"));
}
