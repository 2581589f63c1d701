using Platform.Activities;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Wallets;

namespace Platform.Api.Activities;

/// <summary>
/// The price and the wallet of an activity: those that stand where the request is a repetition, because prices change in between; otherwise
/// the price of now in the currency of the wallet. It is for the caller unless the request named somebody. The time zone is the
/// organisation's.
/// </summary>
internal sealed record ActivityTerms(
    UnitPrice UnitPrice, Guid UserId, Guid WalletId, OnBehalf? Named = null, ActivityPrice? Price = null, string? TimeZone = null)
{
    public static async Task<Result<ActivityTerms>> OfAsync(
        IActivityGrain activity, HttpContext http, string type, EntityGrains grains, ActivityPayer? payer = null)
    {
        var caller = SignedIn.Of(http);
        var userId = payer?.UserId ?? caller.UserId;
        var standing = await activity.AskAsync(static grain => grain.GetAsync());
        if (standing.IsSuccess)
        {
            return new ActivityTerms(standing.Value.UnitPrice, userId, payer?.WalletId ?? standing.Value.WalletId, payer?.Named);
        }

        if (standing.Error.Kind != ErrorKind.NotFound)
        {
            return standing.Error;
        }

        var paying = await WalletOfAsync(payer, caller, grains);
        if (!paying.IsSuccess)
        {
            return paying.Error;
        }

        var wallet = paying.Value;
        var price = await grains.Of<IActivityCatalogueGrain>(IActivityCatalogueGrain.KeyOf(caller.OrganisationId)).AskAsync((type, wallet.Balance.Currency.Code), static (grain, of) => grain.PriceAsync(of.type, of.Code));
        return price.Map(price => new ActivityTerms(
            price.UnitPrice, userId, wallet.Id, payer?.Named, price, AccessView.Of(http).Rules.Organisation.TimeZone));
    }

    /// <summary>The command that performs an activity on these terms, or authorises it where it says for how long.</summary>
    public PerformActivity Command(HttpContext http, Operation operation, PerformActivityRequest request, int? holdSeconds = null)
    {
        var caller = SignedIn.Of(http);
        return new PerformActivity(
            new CommandContext(caller.OrganisationId, caller.UserId, operation.Id), request.Type, request.Quantity ?? 1, UnitPrice,
            UserId, WalletId, request.Subject, request.Metadata, Price, TimeZone, holdSeconds, Named);
    }

    private static async Task<Result<WalletView>> WalletOfAsync(ActivityPayer? payer, SignedIn caller, EntityGrains grains)
    {
        var walletId = payer?.WalletId;
        if (walletId is null && (payer is not null || caller.Kind == CallerKind.User))
        {
            var user = await grains.Of<IUserGrain>(caller.OrganisationId, payer?.UserId ?? caller.UserId).AskAsync(static grain => grain.GetAsync());
            if (!user.IsSuccess)
            {
                return user.Error;
            }

            walletId = user.Value.WalletId;
        }

        return walletId is { } id
            ? await grains.Of<IWalletGrain>(caller.OrganisationId, id).AskAsync(static grain => grain.GetAsync())
            : ActivityErrors.NoWallet;
    }
}
