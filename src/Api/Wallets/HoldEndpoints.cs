using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Storage.Wallets;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Holds reserve an amount for a later capture. A hold ends once: by capture, void or expiry.</summary>
[Routes]
public static class HoldEndpoints
{
    private const string Read = "wallets:read";

    private static readonly Dictionary<string, HoldStatus> Statuses =
        Enum.GetValues<HoldStatus>().ToDictionary(status => status.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    public static void MapHolds(this RouteGroupBuilder api)
    {
        var wallets = api.MapGroup("/wallets/{id:guid}/holds").WithTags("Wallets");
        wallets.MapPost("", HoldAsync).Describe("Reserves an amount. The transaction's id is the id of the hold.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404).Needs("wallets:charge");
        wallets.MapGet("", ListAsync).Describe("Lists the holds of a wallet, newest first.")
            .Takes("status", "open, captured, voided or expired.").Pages().Answers<Page<HoldView>>(200).Refuses(404).NeedsWithin(Read);

        var holds = api.MapGroup("/holds/{id:guid}").WithTags("Wallets");
        holds.MapGet("", GetAsync).Describe("Returns a hold.").Answers<HoldView>(200).Refuses(404).NeedsWithin(Read);
        holds.MapPost("/capture", CaptureAsync).Describe("Captures a hold in whole or in part and releases the rest.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404).Needs("wallets:charge");
        holds.MapPost("/void", VoidAsync).Describe("Voids a hold and releases its amount.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404).Needs("wallets:charge");
    }

    private static async Task<IResult> HoldAsync(Guid id, Body<HoldRequest> body, Call call)
    {
        var command = body.Value.ToCommand(call.Context("holds", id));
        var held = await call.Grain<IWalletGrain>(id).AskAsync(command, static (grain, command) => grain.HoldAsync(command));
        return Reply.Created(held, hold => $"/api/v1/holds/{hold.Id}");
    }

    private static async Task<IResult> CaptureAsync(Guid id, Body<CaptureRequest> body, Call call, WalletQueries wallets)
    {
        var context = call.Context("holds/capture", id);
        if (await wallets.HoldAsync(call.OrganisationId, id, call.Aborted) is not { } hold)
        {
            return Reply.Refused<WalletTransaction>(CommonErrors.NotFound("hold"));
        }

        var command = body.Value.ToCommand(context, id);
        return Reply.Created(await call.Grain<IWalletGrain>(hold.WalletId)
            .AskAsync(command, static (grain, command) => grain.CaptureAsync(command)));
    }

    private static async Task<IResult> VoidAsync(Guid id, Call call, WalletQueries wallets)
    {
        var context = call.Context("holds/void", id);
        if (await wallets.HoldAsync(call.OrganisationId, id, call.Aborted) is not { } hold)
        {
            return Reply.Refused<WalletTransaction>(CommonErrors.NotFound("hold"));
        }

        var command = new VoidHold(context, id);
        return Reply.Created(await call.Grain<IWalletGrain>(hold.WalletId)
            .AskAsync(command, static (grain, command) => grain.VoidAsync(command)));
    }

    private static async Task<IResult> GetAsync(Guid id, Call call, WalletQueries wallets, Reach reach)
    {
        if (await wallets.HoldAsync(call.OrganisationId, id, call.Aborted) is not { } hold)
        {
            return Reply.Refused<HoldView>(CommonErrors.NotFound("hold"));
        }

        return await WalletAccess.RefusalAsync(call, reach, hold.WalletId) ?? Reply.Ok(hold);
    }

    private static async Task<IResult> ListAsync(Guid id, Call call, WalletQueries wallets, Reach reach)
    {
        var query = call.PagedQuery("status");
        var status = query.OneOf("status", Statuses);
        query.Check.ThrowIfFailed();
        if (await WalletAccess.RefusalAsync(call, reach, id) is { } refusal)
        {
            return refusal;
        }

        return Reply.Ok(await query.PageAsync(
            "holds", id, (before, rows) => wallets.HoldsAsync(call.OrganisationId, id, null, status, before, rows, call.Aborted),
            last => last.Id));
    }
}
