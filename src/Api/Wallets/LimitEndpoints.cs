using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Sets the limits of a wallet, freezes and unfreezes it.</summary>
[Routes]
public static class LimitEndpoints
{
    public static void MapLimits(this RouteGroupBuilder api)
    {
        var wallets = api.MapGroup("/wallets/{id:guid}").WithTags("Wallets");
        wallets.MapPut("/limits", SetAsync)
            .Describe("Replaces the limits. An omitted limit is removed. Days and months follow the organisation's time zone.")
            .Answers<WalletView>(200).Refuses(404, 409, 412, 422).Needs("wallets:limits").NeedsStepUp();
        wallets.MapPost("/freeze", FreezeAsync).Describe("Freezes the wallet. Holds can still be voided.")
            .Answers<WalletView>(200).Refuses(404, 409, 422).Needs("wallets:adjust");
        wallets.MapPost("/unfreeze", UnfreezeAsync).Describe("Unfreezes the wallet.")
            .Answers<WalletView>(200).Refuses(404, 409, 422).Needs("wallets:adjust");
    }

    private static async Task<IResult> SetAsync(Guid id, Body<LimitsRequest> body, Call call)
    {
        var command = body.Value.ToCommand(call.Context("limits", id), call.IfMatch());
        var set = await call.Grain<IWalletGrain>(id).AskAsync(command, static (grain, command) => grain.SetLimitsAsync(command));
        return Reply.Ok(set, view => view.Version);
    }

    private static async Task<IResult> FreezeAsync(Guid id, Body<ReasonRequest> body, Call call)
    {
        var command = new Freeze(call.Context("freeze", id), body.Value.Reason);
        var frozen = await call.Grain<IWalletGrain>(id).AskAsync(command, static (grain, command) => grain.FreezeAsync(command));
        return Reply.Ok(frozen, view => view.Version);
    }

    private static async Task<IResult> UnfreezeAsync(Guid id, Body<ReasonRequest> body, Call call)
    {
        var command = new Unfreeze(call.Context("unfreeze", id), body.Value.Reason);
        var unfrozen = await call.Grain<IWalletGrain>(id).AskAsync(command, static (grain, command) => grain.UnfreezeAsync(command));
        return Reply.Ok(unfrozen, view => view.Version);
    }
}
