using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Storage.Wallets;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Holds: amounts set aside for a later capture. One of capture, void and expiry wins.</summary>
public static class HoldEndpoints
{
    private const string Read = "wallets:read";

    private static readonly Dictionary<string, HoldStatus> Statuses =
        Enum.GetValues<HoldStatus>().ToDictionary(status => status.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    public static void MapHolds(this RouteGroupBuilder api)
    {
        var wallets = api.MapGroup("/wallets/{id:guid}/holds").WithTags("Wallets");
        wallets.MapPost("", HoldAsync).Describe("Sets an amount aside; the id of the transaction is the hold's.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404, 409, 422, 503).Needs("wallets:charge");
        wallets.MapGet("", ListAsync).Describe("Holds of a wallet, newest first.")
            .Takes("status", "open, captured, voided or expired.").Pages().Answers<Page<HoldView>>(200).Refuses(404).NeedsWithin(Read);

        var holds = api.MapGroup("/holds/{id:guid}").WithTags("Wallets");
        holds.MapGet("", GetAsync).Describe("One hold.").Answers<HoldView>(200).Refuses(404).NeedsWithin(Read);
        holds.MapPost("/capture", CaptureAsync).Describe("Takes what a hold set aside, or a part of it; the rest becomes available again.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404, 409, 422, 503).Needs("wallets:charge");
        holds.MapPost("/void", VoidAsync).Describe("Gives back what a hold set aside.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404, 409, 422, 503).Needs("wallets:charge");
    }

    private static async Task<IResult> HoldAsync(Guid id, Body<HoldRequest> body, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = body.Value.ToCommand(Operation.Context(http, caller, "holds", id, time, required: true));
        return Reply.Created(await grains.Of<IWalletGrain>(caller.OrganisationId, id).AskAsync(command, static (grain, command) => grain.HoldAsync(command)), hold => $"/api/v1/holds/{hold.Id}");
    }

    private static async Task<IResult> CaptureAsync(
        Guid id, Body<CaptureRequest> body, HttpContext http, EntityGrains grains, WalletQueries wallets, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var context = Operation.Context(http, caller, "holds/capture", id, time, required: true);
        if (await wallets.HoldAsync(caller.OrganisationId, id, http.RequestAborted) is not { } hold)
        {
            return Reply.Refused<WalletTransaction>(CommonErrors.NotFound("hold"));
        }

        return Reply.Created(await grains.Of<IWalletGrain>(caller.OrganisationId, hold.WalletId).AskAsync(body.Value.ToCommand(context, id), static (grain, command) => grain.CaptureAsync(command)));
    }

    private static async Task<IResult> VoidAsync(Guid id, HttpContext http, EntityGrains grains, WalletQueries wallets, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var context = Operation.Context(http, caller, "holds/void", id, time, required: true);
        if (await wallets.HoldAsync(caller.OrganisationId, id, http.RequestAborted) is not { } hold)
        {
            return Reply.Refused<WalletTransaction>(CommonErrors.NotFound("hold"));
        }

        return Reply.Created(await grains.Of<IWalletGrain>(caller.OrganisationId, hold.WalletId).AskAsync(new VoidHold(context, id), static (grain, command) => grain.VoidAsync(command)));
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, WalletQueries wallets, EntityGrains grains, Reach reach)
    {
        var caller = SignedIn.Of(http);
        if (await wallets.HoldAsync(caller.OrganisationId, id, http.RequestAborted) is not { } hold)
        {
            return Reply.Refused<HoldView>(CommonErrors.NotFound("hold"));
        }

        return await WalletAccess.RefusalAsync(http, grains, reach, hold.WalletId) ?? Reply.Ok(hold);
    }

    private static async Task<IResult> ListAsync(Guid id, HttpContext http, WalletQueries wallets, EntityGrains grains, Reach reach)
    {
        const string List = "holds";
        var caller = SignedIn.Of(http);
        var query = new Query(http, "status", "limit", "cursor");
        var (status, limit) = (query.OneOf("status", Statuses), query.Limit());
        query.Check.ThrowIfFailed();
        if (await WalletAccess.RefusalAsync(http, grains, reach, id) is { } refusal)
        {
            return refusal;
        }

        var before = Paging.InstantAndId(http, List, id);
        var found = await wallets.HoldsAsync(caller.OrganisationId, id, null, status, before?.Id, limit + 1, http.RequestAborted);
        return Reply.Ok(Paging.Of(found, limit, last => Paging.Cursor(http, List, id, default, last.Id)));
    }
}
