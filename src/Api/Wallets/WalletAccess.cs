using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Whether the caller may see a wallet: there is such a one, and its owner is within reach.</summary>
public static class WalletAccess
{
    public const string Read = "wallets:read";

    /// <summary>Null where it is so.</summary>
    public static async Task<IResult?> RefusalAsync(HttpContext http, EntityGrains grains, Reach reach, Guid walletId) =>
        (await FindAsync(http, grains, reach, walletId)).Refusal;

    /// <summary>The wallet, or the refusal.</summary>
    public static async Task<(WalletView? Wallet, IResult? Refusal)> FindAsync(HttpContext http, EntityGrains grains, Reach reach, Guid walletId)
    {
        var wallet = await grains.Of<IWalletGrain>(SignedIn.Of(http).OrganisationId, walletId).AskAsync(static grain => grain.GetAsync());
        return !wallet.IsSuccess ? (null, Reply.Refused(wallet))
            : await reach.RefusalAsync(http, Read, wallet.Value.OwnerId) is { } refusal ? (null, refusal)
            : (wallet.Value, null);
    }
}
