using Platform.Activities;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Grains.Activities;
using Platform.Storage.Activities;

namespace Platform.Api.Activities;

/// <summary>The period whose activities are re-rated; to is exclusive.</summary>
public sealed record ReRateRequest(DateTimeOffset From, DateTimeOffset To) : IValidated
{
    public void Validate(Validation check) => check.Require(
        From < To && To - From <= TimeSpan.FromDays(400),
        CommonErrors.Invalid("/to", "invalid-period", "to must be after from, by at most 400 days."));
}

/// <summary>
/// The recorded and re-computed cost of completed activities. They differ if data was tampered with, or if an activity was rated after
/// units of another one that was later cancelled, expired or completed in part. Mismatches lists the first 100 with the reason.
/// WithoutInputs counts activities from before inputs were recorded.
/// </summary>
public sealed record ReRateReport(
    DateTimeOffset From, DateTimeOffset To, long Count, long WithoutInputs, IReadOnlyList<Money> Recorded, IReadOnlyList<Money> ReRated,
    long Differences, IReadOnlyList<RatingMismatch> Mismatches);

/// <summary>Re-rates a past period as a dry run.</summary>
[Routes]
public static class ReRateEndpoint
{
    private const int Page = 2_000;

    public static void MapReRating(this RouteGroupBuilder api) =>
        api.MapPost("/activities/re-rate", ReRateAsync).WithTags("Activities")
            .Describe("Re-computes the cost of a period's activities and compares it with what was charged. Changes nothing.")
            .Answers<ReRateReport>(200).Needs("activity-types:write");

    private static async Task<IResult> ReRateAsync(Body<ReRateRequest> body, Call call, ActivityStatQueries activities)
    {
        call.CheckKey();
        var (from, to) = (body.Value.From, body.Value.To);
        var catalogue = call.Catalogue();
        var types = await catalogue.AskAsync(static grain => grain.ListAsync());
        if (!types.IsSuccess)
        {
            return Reply.Refused(types);
        }

        var history = new Dictionary<string, IReadOnlyList<PriceVersion>>(StringComparer.Ordinal);
        foreach (var type in types.Value)
        {
            var prices = await catalogue.AskAsync(type.Code, static (grain, code) => grain.PricesAsync(code));
            if (!prices.IsSuccess)
            {
                return Reply.Refused(prices);
            }

            history[type.Code] = prices.Value;
        }

        var rating = new ReRating(history);
        IReadOnlyList<RatedActivity> page;
        (Guid UserId, DateTimeOffset At, Guid Id)? after = null;
        do
        {
            page = await activities.CountedAsync(call.OrganisationId, from, to, after, Page, call.Aborted);
            foreach (var activity in page)
            {
                rating.Add(activity);
                after = (activity.UserId, activity.At, activity.Id);
            }
        }
        while (page.Count == Page);
        rating.End();

        return Reply.Ok(new ReRateReport(
            from, to, rating.Count, rating.WithoutInputs, rating.Recorded, rating.ReRated, rating.Differences, rating.Mismatches));
    }
}
