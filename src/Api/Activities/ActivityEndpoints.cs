using Platform.Activities;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Storage.Activities;

namespace Platform.Api.Activities;

/// <summary>Activities of the caller's organisation, each charged to a wallet.</summary>
[Routes]
public static class ActivityEndpoints
{
    internal const string Perform = "activities:perform";
    private const string Read = "activities:read";

    private static readonly Dictionary<string, ActivityStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["requested"] = ActivityStatus.Requested,
        ["completed"] = ActivityStatus.Completed,
        ["declined"] = ActivityStatus.Declined,
        ["authorised"] = ActivityStatus.Authorised,
        ["cancelled"] = ActivityStatus.Cancelled,
        ["expired"] = ActivityStatus.Expired,
    };

    public static void MapActivities(this RouteGroupBuilder api)
    {
        var activities = api.MapGroup("/activities").WithTags("Activities");
        activities.MapPost("", PerformAsync)
            .Describe("Performs an activity and charges the wallet of the caller, or the given wallet or user's wallet.")
            .MovesMoney().Answers<ActivityView>(201).Refuses(404).NeedsWithin(Perform);
        activities.MapGet("", ListAsync).Describe("Lists activities, newest first.")
            .Takes("type", "Only this type.").Takes("userId", "Only of this user.")
            .Takes("status", "requested, completed, declined, authorised, cancelled or expired.")
            .Takes("from", "At or after this time.").Takes("to", "Before this time.")
            .Pages().Answers<Page<ActivityView>>(200).NeedsWithin(Read);
        activities.MapGet("/{id:guid}", GetAsync).Describe("Returns an activity.").Answers<ActivityView>(200).Refuses(404)
            .NeedsWithin(Read);
    }

    private static async Task<IResult> PerformAsync(Body<PerformActivityRequest> body, Call call, Reach reach)
    {
        var operation = call.Operation("activities");
        var id = operation.NewId();
        var activity = call.Grain<IActivityGrain>(id);
        var request = body.Value;
        var (payer, refusal) = await ActivityPayer.FindAsync(call, reach, request.UserId, request.WalletId);
        if (refusal is not null)
        {
            return refusal;
        }

        var terms = await ActivityTerms.OfAsync(activity, call, request.Type, payer);
        if (!terms.IsSuccess)
        {
            return Reply.Refused(terms);
        }

        var command = terms.Value.Command(call, operation, request);
        var performed = await activity.AskAsync(command, static (grain, command) => grain.PerformAsync(command));
        return Reply.Created(performed, view => $"/api/v1/activities/{view.Id}", view => view.Version);
    }

    private static async Task<IResult> GetAsync(Guid id, Call call, Reach reach)
    {
        var activity = await call.Grain<IActivityGrain>(id).AskAsync(static grain => grain.GetAsync());
        return activity.IsSuccess && await reach.RefusalAsync(call, Read, activity.Value.UserId) is { } refusal
            ? refusal
            : Reply.Ok(activity, view => view.Version);
    }

    private static async Task<IResult> ListAsync(Call call, ActivityQueries activities, Reach reach)
    {
        var query = call.PagedQuery("type", "userId", "status", "from", "to");
        var asked = query.Id("userId");
        var filter = new ActivityFilter(
            query.Text("type", 64), null, query.OneOf("status", Statuses), query.Instant("from"), query.Instant("to"));
        query.Check.ThrowIfFailed();
        var (users, refusal) = await reach.NarrowAsync(call, Read, asked);
        if (refusal is not null)
        {
            return refusal;
        }

        filter = filter with { Users = users };
        return Reply.Ok(await query.PageAsync(
            "activities", call.OrganisationId,
            (before, rows) => activities.ListAsync(call.OrganisationId, before, filter, rows, call.Aborted), last => (last.At, last.Id)));
    }
}
