using Platform.Activities;
using Platform.Api.Http;
using Platform.Api.Security;

namespace Platform.Api.Activities;

/// <summary>
/// Activities whose cost is held first and captured when the work is done. They end once: completed, cancelled or expired.
/// </summary>
[Routes]
public static class AuthorisationEndpoints
{
    private const string Perform = ActivityEndpoints.Perform;

    public static void MapAuthorisations(this RouteGroupBuilder api)
    {
        var activities = api.MapGroup("/activities").WithTags("Activities");
        activities.MapPost("/authorisations", AuthoriseAsync)
            .Describe(
                "Holds the cost of an activity until it is completed, in the wallet of the caller, or the given wallet or user's wallet.")
            .MovesMoney().Answers<ActivityView>(201).Refuses(404).NeedsWithin(Perform);
        activities.MapPost("/{id:guid}/complete", CompleteAsync)
            .Describe("Completes an authorised activity, in whole or in part, and captures its cost. The rest of the hold is released.")
            .MovesMoney().Answers<ActivityView>(200).Refuses(404).NeedsWithin(Perform);
        activities.MapPost("/{id:guid}/cancel", CancelAsync).Describe("Cancels an authorised activity and releases its hold.")
            .MovesMoney().Answers<ActivityView>(200).Refuses(404).NeedsWithin(Perform);
    }

    private static async Task<IResult> AuthoriseAsync(Body<AuthoriseActivityRequest> body, Call call, Reach reach)
    {
        var operation = call.Operation("activities/authorisations");
        var activity = call.Grain<IActivityGrain>(operation.NewId());
        var (payer, refusal) = await ActivityPayer.FindAsync(call, reach, body.Value.UserId, body.Value.WalletId);
        if (refusal is not null)
        {
            return refusal;
        }

        var terms = await ActivityTerms.OfAsync(activity, call, body.Value.Type, payer);
        if (!terms.IsSuccess)
        {
            return Reply.Refused(terms);
        }

        var command = terms.Value.Command(call, operation, body.Value.ToPerform(), body.Value.ExpiresIn);
        var authorised = await activity.AskAsync(command, static (grain, command) => grain.AuthoriseAsync(command));
        return Reply.Created(authorised, view => $"/api/v1/activities/{view.Id}", view => view.Version);
    }

    private static async Task<IResult> CompleteAsync(Guid id, Body<CompleteActivityRequest> body, Call call, Reach reach)
    {
        var context = call.Context("activities/complete", id);
        if (await RefusalAsync(id, call, reach) is { } refusal)
        {
            return refusal;
        }

        var command = new CompleteActivity(context, body.Value.Quantity);
        var completed = await call.Grain<IActivityGrain>(id).AskAsync(command, static (grain, command) => grain.CompleteAsync(command));
        return Reply.Ok(completed, view => view.Version);
    }

    private static async Task<IResult> CancelAsync(Guid id, Call call, Reach reach)
    {
        var context = call.Context("activities/cancel", id);
        if (await RefusalAsync(id, call, reach) is { } refusal)
        {
            return refusal;
        }

        var command = new CancelActivity(context);
        var cancelled = await call.Grain<IActivityGrain>(id).AskAsync(command, static (grain, command) => grain.CancelAsync(command));
        return Reply.Ok(cancelled, view => view.Version);
    }

    private static async Task<IResult?> RefusalAsync(Guid id, Call call, Reach reach)
    {
        var activity = await call.Grain<IActivityGrain>(id).AskAsync(static grain => grain.GetAsync());
        return activity.IsSuccess ? await reach.RefusalAsync(call, Perform, activity.Value.UserId) : Reply.Refused(activity);
    }
}
