using Platform.Activities;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Identity;
using Platform.Wallets;

namespace Platform.Api.Activities;

/// <summary>
/// The user and wallet of an activity whose request names a user or a wallet. Naming a user charges that user's wallet; naming a wallet
/// makes the activity its owner's. Both must be within the reach of the caller's permission to perform activities.
/// </summary>
internal sealed record ActivityPayer(OnBehalf Named, Guid UserId, Guid? WalletId)
{
    /// <summary>Returns the payer or a refusal, or neither if the request names no user or wallet.</summary>
    public static async Task<(ActivityPayer? Payer, IResult? Refusal)> FindAsync(Call call, Reach reach, Guid? userId, Guid? walletId)
    {
        if (walletId is { } named)
        {
            var wallet = await call.Grain<IWalletGrain>(named).AskAsync(static grain => grain.GetAsync());
            return wallet.IsSuccess ? await WithinAsync(new(OnBehalf.Wallet, wallet.Value.OwnerId, named)) : (null, Reply.Refused(wallet));
        }

        if (userId is { } id)
        {
            var user = await call.Grain<IUserGrain>(id).AskAsync(static grain => grain.GetAsync());
            return user.IsSuccess ? await WithinAsync(new(OnBehalf.User, id, null)) : (null, Reply.Refused(user));
        }

        return (null, null);

        async Task<(ActivityPayer?, IResult?)> WithinAsync(ActivityPayer payer) =>
            await reach.RefusalAsync(call, ActivityEndpoints.Perform, payer.UserId) is { } refusal ? (null, refusal) : (payer, null);
    }
}
