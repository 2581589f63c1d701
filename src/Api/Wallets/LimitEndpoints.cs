using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>The limits of a wallet, and stopping it.</summary>
public static class LimitEndpoints
{
    public static void MapLimits(this RouteGroupBuilder api)
    {
        var wallets = api.MapGroup("/wallets/{id:guid}").WithTags("Wallets");
        wallets.MapPut("/limits", SetAsync).Describe("Replaces the limits; what is left out is no limit, and no credit. Days and months are those of the organisation's time zone.")
            .Answers<WalletView>(200).Refuses(404, 409, 412, 422, 503).Needs("wallets:limits").NeedsStepUp();
        wallets.MapPost("/freeze", FreezeAsync).Describe("Stops everything that moves money, but what gives held money back.")
            .Answers<WalletView>(200).Refuses(404, 409, 422, 503).Needs("wallets:adjust");
        wallets.MapPost("/unfreeze", UnfreezeAsync).Describe("Lets money move again.")
            .Answers<WalletView>(200).Refuses(404, 409, 422, 503).Needs("wallets:adjust");
    }

    private static async Task<IResult> SetAsync(Guid id, Body<LimitsRequest> body, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = body.Value.ToCommand(Operation.Context(http, caller, "limits", id, time, required: false), Etags.IfMatch(http));
        return Reply.Ok(await grains.Of<IWalletGrain>(caller.OrganisationId, id).AskAsync(command, static (grain, command) => grain.SetLimitsAsync(command)), view => view.Version);
    }

    private static async Task<IResult> FreezeAsync(Guid id, Body<ReasonRequest> body, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new Freeze(Operation.Context(http, caller, "freeze", id, time, required: false), body.Value.Reason);
        return Reply.Ok(await grains.Of<IWalletGrain>(caller.OrganisationId, id).AskAsync(command, static (grain, command) => grain.FreezeAsync(command)), view => view.Version);
    }

    private static async Task<IResult> UnfreezeAsync(Guid id, Body<ReasonRequest> body, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new Unfreeze(Operation.Context(http, caller, "unfreeze", id, time, required: false), body.Value.Reason);
        return Reply.Ok(await grains.Of<IWalletGrain>(caller.OrganisationId, id).AskAsync(command, static (grain, command) => grain.UnfreezeAsync(command)), view => view.Version);
    }
}
