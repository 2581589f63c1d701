using Platform.Activities;
using Platform.Api.Http;
using Platform.Api.Security;

namespace Platform.Api.Activities;

/// <summary>Activities whose cost is set aside first, and taken when their work is done. One of complete, cancel and expiry wins.</summary>
public static class AuthorisationEndpoints
{
    private const string Perform = ActivityEndpoints.Perform;

    public static void MapAuthorisations(this RouteGroupBuilder api)
    {
        var activities = api.MapGroup("/activities").WithTags("Activities");
        activities.MapPost("/authorisations", AuthoriseAsync).Describe("Sets the cost of an activity aside until it is completed, in the wallet of the caller or of whom the request names.")
            .MovesMoney().Answers<ActivityView>(201).Refuses(404, 409, 422, 503).NeedsWithin(Perform);
        activities.MapPost("/{id:guid}/complete", CompleteAsync).Describe("Takes what was set aside, or the cost of a smaller quantity; the rest is given back.")
            .MovesMoney().Answers<ActivityView>(200).Refuses(404, 409, 422, 503).NeedsWithin(Perform);
        activities.MapPost("/{id:guid}/cancel", CancelAsync).Describe("Gives back what was set aside.")
            .MovesMoney().Answers<ActivityView>(200).Refuses(404, 409, 422, 503).NeedsWithin(Perform);
    }

    private static async Task<IResult> AuthoriseAsync(
        Body<AuthoriseActivityRequest> body, HttpContext http, EntityGrains grains, Reach reach, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var operation = Operation.Of(http, caller.OrganisationId, "activities/authorisations", Guid.Empty, time, required: true);
        var activity = grains.Of<IActivityGrain>(caller.OrganisationId, operation.NewId());
        var (payer, refusal) = await ActivityPayer.FindAsync(http, grains, reach, body.Value.UserId, body.Value.WalletId);
        if (refusal is not null)
        {
            return refusal;
        }

        var terms = await ActivityTerms.OfAsync(activity, http, body.Value.Type, grains, payer);
        if (!terms.IsSuccess)
        {
            return Reply.Refused(terms);
        }

        var command = terms.Value.Command(http, operation, body.Value.ToPerform(), body.Value.ExpiresIn);
        var authorised = await activity.AskAsync(command, static (grain, command) => grain.AuthoriseAsync(command));
        return Reply.Created(authorised, view => $"/api/v1/activities/{view.Id}", view => view.Version);
    }

    private static async Task<IResult> CompleteAsync(
        Guid id, Body<CompleteActivityRequest> body, HttpContext http, EntityGrains grains, Reach reach, TimeProvider time)
    {
        var context = Operation.Context(http, SignedIn.Of(http), "activities/complete", id, time, required: true);
        return await RefusalAsync(id, http, grains, reach) ?? Reply.Ok(
            await grains.Of<IActivityGrain>(context.OrganisationId, id).AskAsync(new CompleteActivity(context, body.Value.Quantity), static (grain, command) => grain.CompleteAsync(command)),
            view => view.Version);
    }

    private static async Task<IResult> CancelAsync(Guid id, HttpContext http, EntityGrains grains, Reach reach, TimeProvider time)
    {
        var context = Operation.Context(http, SignedIn.Of(http), "activities/cancel", id, time, required: true);
        return await RefusalAsync(id, http, grains, reach) ?? Reply.Ok(
            await grains.Of<IActivityGrain>(context.OrganisationId, id).AskAsync(new CancelActivity(context), static (grain, command) => grain.CancelAsync(command)),
            view => view.Version);
    }

    private static async Task<IResult?> RefusalAsync(Guid id, HttpContext http, EntityGrains grains, Reach reach)
    {
        var activity = await grains.Of<IActivityGrain>(SignedIn.Of(http).OrganisationId, id).AskAsync(static grain => grain.GetAsync());
        return activity.IsSuccess ? await reach.RefusalAsync(http, Perform, activity.Value.UserId) : Reply.Refused(activity);
    }
}
