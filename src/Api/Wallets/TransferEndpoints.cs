using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Transfers money between wallets of the organisation.</summary>
[Routes]
public static class TransferEndpoints
{
    public static void MapTransfers(this RouteGroupBuilder api) => api.MapGroup("/transfers").WithTags("Wallets")
        .MapPost("", TransferAsync).Describe("Transfers money to another wallet in the same currency, completely or not at all.")
        .MovesMoney().Answers<TransferView>(201).Refuses(404).Needs("wallets:transfer");

    private static async Task<IResult> TransferAsync(Body<TransferRequest> body, Call call)
    {
        var command = body.Value.ToCommand(call.Context("transfers"));
        return Reply.Created(await call.Grain<IWalletGrain>(body.Value.FromWalletId)
            .AskAsync(command, static (grain, command) => grain.TransferAsync(command)));
    }
}
