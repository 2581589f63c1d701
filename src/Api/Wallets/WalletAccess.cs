using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Whether the caller may see a wallet: there is such a one, and its owner is within reach.</summary>
public static class WalletAccess
{
    public const string Read = "wallets:read";

    /// <summary>Null where it is so.</summary>
    public static async Task<IResult?> RefusalAsync(Call call, Reach reach, Guid walletId) =>
        (await FindAsync(call, reach, walletId)).Refusal;

    /// <summary>The wallet, or the refusal.</summary>
    public static async Task<(WalletView? Wallet, IResult? Refusal)> FindAsync(Call call, Reach reach, Guid walletId)
    {
        var wallet = await call.Grain<IWalletGrain>(walletId).AskAsync(static grain => grain.GetAsync());
        return !wallet.IsSuccess ? (null, Reply.Refused(wallet))
            : await reach.RefusalAsync(call, Read, wallet.Value.OwnerId) is { } refusal ? (null, refusal)
            : (wallet.Value, null);
    }
}
