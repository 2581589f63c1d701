using Platform.Activities;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Identity;
using Platform.Wallets;

namespace Platform.Api.Activities;

/// <summary>
/// The price, user and wallet of an activity. A retried request gets the terms of the existing activity, because prices may have changed
/// since; a new one gets the current price in the wallet's currency. The time zone is the organisation's.
/// </summary>
internal sealed record ActivityTerms(
    UnitPrice UnitPrice, Guid UserId, Guid WalletId, OnBehalf? Named = null, ActivityPrice? Price = null, string? TimeZone = null)
{
    public static async Task<Result<ActivityTerms>> OfAsync(IActivityGrain activity, Call call, string type, ActivityPayer? payer = null)
    {
        var userId = payer?.UserId ?? call.UserId;
        var existing = await activity.AskAsync(static grain => grain.GetAsync());
        if (existing.IsSuccess)
        {
            return new ActivityTerms(existing.Value.UnitPrice, userId, payer?.WalletId ?? existing.Value.WalletId, payer?.Named);
        }

        if (existing.Error.Kind != ErrorKind.NotFound)
        {
            return existing.Error;
        }

        var paying = await WalletOfAsync(payer, call);
        if (!paying.IsSuccess)
        {
            return paying.Error;
        }

        var wallet = paying.Value;
        var price = await call.Catalogue().AskAsync(
            (type, wallet.Balance.Currency.Code), static (grain, of) => grain.PriceAsync(of.type, of.Code));
        return price.Map(price => new ActivityTerms(
            price.UnitPrice, userId, wallet.Id, payer?.Named, price, call.Access.Rules.Organisation.TimeZone));
    }

    /// <summary>Returns the command that performs an activity on these terms, or authorises it if holdSeconds is set.</summary>
    public PerformActivity Command(Call call, Operation operation, PerformActivityRequest request, int? holdSeconds = null) => new(
        call.Context(operation), request.Type, request.Quantity ?? 1, UnitPrice,
        UserId, WalletId, request.Subject, request.Metadata, Price, TimeZone, holdSeconds, Named);

    private static async Task<Result<WalletView>> WalletOfAsync(ActivityPayer? payer, Call call)
    {
        var walletId = payer?.WalletId;
        if (walletId is null && (payer is not null || call.Caller.Kind == CallerKind.User))
        {
            var user = await call.Grain<IUserGrain>(payer?.UserId ?? call.UserId).AskAsync(static grain => grain.GetAsync());
            if (!user.IsSuccess)
            {
                return user.Error;
            }

            walletId = user.Value.WalletId;
        }

        return walletId is { } id
            ? await call.Grain<IWalletGrain>(id).AskAsync(static grain => grain.GetAsync())
            : ActivityErrors.NoWallet;
    }
}
