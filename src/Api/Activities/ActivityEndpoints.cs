using Platform.Activities;
using Platform.Api.Access;
using Platform.Api.Auth;
using Platform.Api.Common;
using Platform.Storage.ReadModels.Activities;

namespace Platform.Api.Activities;

/// <summary>Activities of the caller's organisation, each charged to the wallet of its user.</summary>
public static class ActivityEndpoints
{
    private const string Read = "activities:read";

    private static readonly Dictionary<string, ActivityStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["requested"] = ActivityStatus.Requested,
        ["completed"] = ActivityStatus.Completed,
        ["declined"] = ActivityStatus.Declined,
    };

    public static void MapActivities(this RouteGroupBuilder api)
    {
        var types = api.MapGroup("/activity-types").WithTags("Activities");
        types.MapGet("", TypesAsync).Describe("The types of activities and their prices.").Answers<ActivityTypeList>(200).Needs("activity-types:read");
        types.MapPut("/{code}", SetTypeAsync).Describe("Sets name and prices of a type, for activities from now on.").Answers<ActivityTypeView>(200).Refuses(409).Needs("activity-types:write");

        var activities = api.MapGroup("/activities").WithTags("Activities");
        activities.MapPost("", PerformAsync).Describe("Performs an activity and charges the caller's wallet.")
            .MovesMoney().Answers<ActivityView>(201).Refuses(409, 422, 503).NeedsWithin("activities:perform");
        activities.MapGet("", ListAsync).Describe("Activities, newest first.")
            .Takes("type", "Only of this type.").Takes("userId", "Only of this user.").Takes("status", "requested, completed or declined.")
            .Takes("from", "Not before this time.").Takes("to", "Before this time.").Pages().Answers<Page<ActivityView>>(200).NeedsWithin(Read);
        activities.MapGet("/{id:guid}", GetAsync).Describe("One activity.").Answers<ActivityView>(200).Refuses(404).NeedsWithin(Read);
    }

    private static async Task<IResult> TypesAsync(HttpContext http, EntityGrains grains)
    {
        var caller = SignedIn.Of(http);
        new Query(http).Check.ThrowIfFailed();
        var types = await GrainCalls.CallAsync(grains.Catalogue(caller.OrganisationId), static grain => grain.ListAsync());
        return types.IsSuccess ? Reply.Ok(new ActivityTypeList(types.Value, null)) : Reply.Refused(types);
    }

    private static async Task<IResult> SetTypeAsync(
        string code, Body<SetActivityTypeRequest> body, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var context = Operation.Context(http, caller, $"activity-types/{code}", Guid.Empty, time, required: false);
        var set = await GrainCalls.CallAsync(
            grains.Catalogue(caller.OrganisationId),
            new SetActivityType(context, code, body.Value.Name, body.Value.UnitPrices),
            static (grain, command) => grain.SetTypeAsync(command));
        return set.IsSuccess ? Reply.Ok(set.Value) : Reply.Refused(set);
    }

    private static async Task<IResult> PerformAsync(
        Body<PerformActivityRequest> body, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var operation = Operation.Of(http, caller.OrganisationId, "activities", Guid.Empty, time, required: true);
        var id = operation.NewId();
        var activity = grains.Activity(caller.OrganisationId, id);
        var priced = await PriceAsync(activity, caller, body.Value, grains);
        if (!priced.IsSuccess)
        {
            return Reply.Refused(priced);
        }

        var request = body.Value;
        var command = new PerformActivity(
            new CommandContext(caller.OrganisationId, caller.UserId, operation.Id), request.Type, request.Quantity, priced.Value.UnitPrice,
            caller.UserId, priced.Value.WalletId, request.Subject, request.Metadata);
        var performed = await GrainCalls.CallAsync(activity, command, static (grain, command) => grain.PerformAsync(command));
        return Reply.Created(performed, view => $"/api/v1/activities/{view.Id}", view => view.Version);
    }

    /// <summary>
    /// Price and wallet: those that stand where the request is a repetition, because prices change in between; otherwise
    /// today's price in the currency of the caller's wallet.
    /// </summary>
    private static async Task<Result<Terms>> PriceAsync(IActivityGrain activity, SignedIn caller, PerformActivityRequest request, EntityGrains grains)
    {
        var standing = await GrainCalls.CallAsync(activity, static grain => grain.GetAsync());
        if (standing.IsSuccess)
        {
            return new Terms(standing.Value.UnitPrice, standing.Value.WalletId);
        }

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
        var types = await GrainCalls.CallAsync(grains.Catalogue(caller.OrganisationId), static grain => grain.ListAsync());
        if (!wallet.IsSuccess || !types.IsSuccess)
        {
            return (wallet.Error ?? types.Error)!;
        }

        if (types.Value.FirstOrDefault(type => type.Code == request.Type) is not { } found)
        {
            return ActivityErrors.UnknownType;
        }

        var currency = wallet.Value.Balance.Currency;
        return found.PriceIn(currency) is { } price ? new Terms(price, walletId) : ActivityErrors.NoPrice(currency);
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, EntityGrains grains, Reach reach)
    {
        var caller = SignedIn.Of(http);
        var activity = await GrainCalls.CallAsync(grains.Activity(caller.OrganisationId, id), static grain => grain.GetAsync());
        return activity.IsSuccess && await reach.RefusalAsync(http, Read, activity.Value.UserId) is { } refusal
            ? refusal
            : Reply.Ok(activity, view => view.Version);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ActivityQueries activities, Reach reach)
    {
        const string List = "activities";
        var caller = SignedIn.Of(http);
        var query = new Query(http, "type", "userId", "status", "from", "to", "limit", "cursor");
        var filter = new ActivityFilter(
            query.Text("type", 64), query.Id("userId"), query.OneOf("status", Statuses), query.Instant("from"), query.Instant("to"));
        var limit = query.Limit();
        query.Check.ThrowIfFailed();
        var (user, refusal) = await reach.NarrowAsync(http, Read, filter.UserId);
        if (refusal is not null)
        {
            return refusal;
        }

        filter = filter with { UserId = user };
        var before = Paging.InstantAndId(http, List, caller.OrganisationId);
        var found = await activities.ListAsync(caller.OrganisationId, before, filter, limit + 1, http.RequestAborted);
        return Reply.Ok(Paging.Of(found, limit, last => Paging.Cursor(List, caller.OrganisationId, last.At, last.Id)));
    }

    private sealed record Terms(Money UnitPrice, Guid WalletId);
}
