using Platform.Activities;
using Platform.Api.Access;
using Platform.Api.Auth;
using Platform.Api.Common;

namespace Platform.Api.Activities;

/// <summary>
/// The price and the wallet of an activity: those that stand where the request is a repetition, because prices change in between; otherwise
/// the price of now in the currency of the caller's wallet. The time zone is the organisation's.
/// </summary>
internal sealed record ActivityTerms(Money UnitPrice, Guid WalletId, ActivityPrice? Price = null, string? TimeZone = null)
{
    public static async Task<Result<ActivityTerms>> OfAsync(IActivityGrain activity, HttpContext http, string type, EntityGrains grains)
    {
        var standing = await GrainCalls.CallAsync(activity, static grain => grain.GetAsync());
        if (standing.IsSuccess)
        {
            return new ActivityTerms(standing.Value.UnitPrice, standing.Value.WalletId);
        }

        var caller = SignedIn.Of(http);
        if (standing.Error.Kind != ErrorKind.NotFound)
        {
            return standing.Error;
        }

        if (caller.Kind != CallerKind.User)
        {
            return ActivityErrors.NoWallet;
        }

        var user = await GrainCalls.CallAsync(grains.User(caller.OrganisationId, caller.UserId), static grain => grain.GetAsync());
        if (!user.IsSuccess)
        {
            return user.Error;
        }

        if (user.Value.WalletId is not { } walletId)
        {
            return ActivityErrors.NoWallet;
        }

        var wallet = await GrainCalls.CallAsync(grains.Wallet(caller.OrganisationId, walletId), static grain => grain.GetAsync());
        if (!wallet.IsSuccess)
        {
            return wallet.Error;
        }

        var price = await GrainCalls.CallAsync(
            grains.Catalogue(caller.OrganisationId), (type, wallet.Value.Balance.Currency.Code), static (grain, of) => grain.PriceAsync(of.type, of.Code));
        return price.Map(price => new ActivityTerms(price.UnitPrice, walletId, price, AccessView.Of(http).Rules.Organisation.TimeZone));
    }

    /// <summary>The command that performs an activity on these terms, or authorises it where it says for how long.</summary>
    public PerformActivity Command(HttpContext http, Operation operation, PerformActivityRequest request, int? holdSeconds = null)
    {
        var caller = SignedIn.Of(http);
        return new PerformActivity(
            new CommandContext(caller.OrganisationId, caller.UserId, operation.Id), request.Type, request.Quantity, UnitPrice,
            caller.UserId, WalletId, request.Subject, request.Metadata, Price, TimeZone, holdSeconds);
    }
}
