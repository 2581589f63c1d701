using Platform.Api.Access;
using Platform.Api.Auth;
using Platform.Api.Common;

namespace Platform.Api.Wallets;

/// <summary>Whether the caller may see a wallet: there is such a one, and its owner is within reach. Null where it is so.</summary>
public static class WalletAccess
{
    public static async Task<IResult?> RefusalAsync(HttpContext http, EntityGrains grains, Reach reach, Guid walletId)
    {
        var wallet = await GrainCalls.CallAsync(grains.Wallet(SignedIn.Of(http).OrganisationId, walletId), static grain => grain.GetAsync());
        return wallet.IsSuccess ? await reach.RefusalAsync(http, "wallets:read", wallet.Value.OwnerId) : Reply.Refused(wallet);
    }
}
