using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Transfers between wallets of the organisation.</summary>
[Routes]
public static class TransferEndpoints
{
    public static void MapTransfers(this RouteGroupBuilder api) => api.MapGroup("/transfers").WithTags("Wallets")
        .MapPost("", TransferAsync).Describe("Moves money from one wallet to another of the same currency: both legs or none.")
        .MovesMoney().Answers<TransferView>(201).Refuses(404).Needs("wallets:transfer");

    private static async Task<IResult> TransferAsync(Body<TransferRequest> body, Call call)
    {
        var command = body.Value.ToCommand(call.Context("transfers"));
        return Reply.Created(await call.Grain<IWalletGrain>(body.Value.FromWalletId)
            .AskAsync(command, static (grain, command) => grain.TransferAsync(command)));
    }
}
