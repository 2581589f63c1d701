using Platform.Activities;
using Platform.Api.Http;
using Platform.Api.Security;

namespace Platform.Api.Activities;

/// <summary>Activity types of the caller's organisation and all versions of their prices.</summary>
[Routes]
public static class ActivityTypeEndpoints
{
    public static void MapActivityTypes(this RouteGroupBuilder api)
    {
        var types = api.MapGroup("/activity-types").WithTags("Activities");
        types.MapGet("", ListAsync).Describe("Lists the activity types with their current prices.").Answers<ActivityTypeList>(200)
            .Needs("activity-types:read");
        types.MapGet("/{code}", GetAsync).Describe("Returns an activity type with its current price.")
            .Answers<ActivityTypeView>(200).Refuses(404).Needs("activity-types:read");
        types.MapPut("/{code}", SetAsync)
            .Describe("Sets the name and prices of a type as a new version, effective now or later. Earlier versions are kept.")
            .Answers<ActivityTypeView>(200).Refuses(409).Needs("activity-types:write");
        types.MapGet("/{code}/prices", PricesAsync).Describe("Lists all versions of a type's price, with who set them and when.")
            .Answers<PriceVersionList>(200).Refuses(404).Needs("activity-types:read");
    }

    /// <summary>The catalogue of the caller's organisation.</summary>
    internal static IActivityCatalogueGrain Catalogue(this Call call) =>
        call.Grain<IActivityCatalogueGrain>(IActivityCatalogueGrain.KeyOf(call.OrganisationId));

    private static async Task<IResult> ListAsync(Call call)
    {
        var types = await TypesAsync(call);
        return types.IsSuccess ? Reply.Ok(new ActivityTypeList(types.Value, null)) : Reply.Refused(types);
    }

    private static async Task<IResult> GetAsync(string code, Call call)
    {
        var types = await TypesAsync(call);
        return !types.IsSuccess ? Reply.Refused(types)
            : types.Value.FirstOrDefault(type => type.Code == code) is { } type ? Reply.Ok(type)
            : Problems.From(CommonErrors.NotFound("activity type"));
    }

    // The built-in price applies in every currency; the reply shows it in the organisation's.
    private static async Task<Result<IReadOnlyList<ActivityTypeView>>> TypesAsync(Call call)
    {
        call.Query().Check.ThrowIfFailed();
        var types = await call.Catalogue().AskAsync(static grain => grain.ListAsync());
        var currency = Currency.Parse(call.Access.Rules.Organisation.Currency);
        return types.IsSuccess
            ? new Result<IReadOnlyList<ActivityTypeView>>([.. types.Value.Select(type => type.WithBuiltInPrice(currency))], null)
            : types;
    }

    private static async Task<IResult> SetAsync(string code, Body<SetActivityTypeRequest> body, Call call)
    {
        var context = call.Context($"activity-types/{code}");
        var request = body.Value;
        var set = await call.Catalogue().AskAsync(
            new SetActivityType(
                context, code, request.Name, request.UnitPrices, request.EffectiveFrom, request.Tiers, request.FreeAllowance),
            static (grain, command) => grain.SetTypeAsync(command));
        return set.IsSuccess ? Reply.Ok(set.Value) : Reply.Refused(set);
    }

    private static async Task<IResult> PricesAsync(string code, Call call)
    {
        call.Query().Check.ThrowIfFailed();
        var prices = await call.Catalogue().AskAsync(code, static (grain, code) => grain.PricesAsync(code));
        return prices.IsSuccess ? Reply.Ok(new PriceVersionList(prices.Value, null)) : Reply.Refused(prices);
    }
}
