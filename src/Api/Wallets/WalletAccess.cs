using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Checks whether the caller may see a wallet: it exists and its owner is within the caller's reach.</summary>
public static class WalletAccess
{
    public const string Read = "wallets:read";

    /// <summary>Returns null if the caller may see the wallet, otherwise the refusal.</summary>
    public static async Task<IResult?> RefusalAsync(Call call, Reach reach, Guid walletId) =>
        (await FindAsync(call, reach, walletId)).Refusal;

    /// <summary>Returns the wallet or the refusal.</summary>
    public static async Task<(WalletView? Wallet, IResult? Refusal)> FindAsync(Call call, Reach reach, Guid walletId)
    {
        var wallet = await call.Grain<IWalletGrain>(walletId).AskAsync(static grain => grain.GetAsync());
        return !wallet.IsSuccess ? (null, Reply.Refused(wallet))
            : await reach.RefusalAsync(call, Read, wallet.Value.OwnerId) is { } refusal ? (null, refusal)
            : (wallet.Value, null);
    }
}
