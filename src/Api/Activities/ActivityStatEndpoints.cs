using NodaTime;
using Platform.Activities;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Grains.Metrics;
using Platform.Identity;
using Platform.Metrics;
using Platform.Storage.Activities;

namespace Platform.Api.Activities;

/// <summary>Totals of completed activities of one user, type or day, with one cost per currency. Start and End are set for a day.</summary>
public sealed record ActivityStat(
    string? Key, DateTimeOffset? Start, DateTimeOffset? End, long Count, Quantity Quantity, IReadOnlyList<Money> Costs);

/// <summary>
/// Totals of completed activities that started in a period. Items has at most 10,000 groups; Truncated tells that there are more. Total
/// covers all of them.
/// </summary>
public sealed record ActivityStats(
    DateTimeOffset From, DateTimeOffset To, string TimeZone, string GroupBy, IReadOnlyList<ActivityStat> Items, ActivityStat Total,
    bool Truncated);

/// <summary>Statistics of activities, limited to what the caller's permission covers.</summary>
[Routes]
public static class ActivityStatEndpoints
{
    private const string Read = "activities:read";
    private const int MaxGroups = 10_000;

    private static readonly Dictionary<string, ActivityGrouping> Groupings = new(StringComparer.Ordinal)
    {
        ["user"] = ActivityGrouping.User,
        ["type"] = ActivityGrouping.Type,
        ["day"] = ActivityGrouping.Day,
    };

    public static void MapActivityStats(this RouteGroupBuilder api)
    {
        api.MapGet("/activities/stats", OrganisationAsync).WithTags("Activities")
            .Describe("Returns count, quantity and cost of completed activities by user, type or day.")
            .Takes("userId", "Only of this user.").Period().Answers<ActivityStats>(200).NeedsWithin(Read);
        api.MapGet("/users/{id:guid}/activity-stats", UserAsync).WithTags("Activities")
            .Describe("Returns count, quantity and cost of a user's completed activities by type or day.")
            .Period().Answers<ActivityStats>(200).Refuses(404).NeedsWithin(Read);
    }

    private static RouteHandlerBuilder Period(this RouteHandlerBuilder route) => route
        .Takes("groupBy", "user, type (the default) or day.")
        .Takes("from", "The inclusive start; by default the start of the month.").Takes("to", "The exclusive end; by default now.")
        .Takes("timeZone", "The IANA time zone of days and months; by default the organisation's.");

    private static async Task<IResult> OrganisationAsync(Call call, ActivityStatQueries stats, Reach reach)
    {
        var query = call.Query("groupBy", "userId", "from", "to", "timeZone");
        var userId = query.Id("userId");
        var period = PeriodOf(query, call);
        var (users, refusal) = await reach.NarrowAsync(call, Read, userId);
        return refusal ?? await AnswerAsync(call, stats, period, users);
    }

    private static async Task<IResult> UserAsync(Guid id, Call call, ActivityStatQueries stats, Reach reach)
    {
        var period = PeriodOf(call.Query("groupBy", "from", "to", "timeZone"), call);
        var user = await call.Grain<IUserGrain>(id).AskAsync(static grain => grain.GetAsync());
        return user.IsSuccess
            ? await reach.RefusalAsync(call, Read, id) ?? await AnswerAsync(call, stats, period, [id])
            : Reply.Refused(user);
    }

    private static StatQuery PeriodOf(Query query, Call call)
    {
        var grouping = query.OneOf("groupBy", Groupings) ?? ActivityGrouping.Type;
        var (from, to, timeZone) = (query.Instant("from"), query.Instant("to") ?? call.Now, query.Text("timeZone", 64));
        timeZone ??= call.Access.Rules.Organisation.TimeZone;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) is not { } zone)
        {
            query.Fault("timeZone", "The value must be an IANA time zone such as Europe/Berlin.");
            zone = DateTimeZone.Utc;
        }

        var start = from ??
            zone.AtStartOfDay(Instant.FromDateTimeOffset(to).InZone(zone).Date.With(DateAdjusters.StartOfMonth)).ToInstant()
            .ToDateTimeOffset();
        BucketGrid? days = null;
        if (start >= to)
        {
            query.Fault("from", "from must be before to.");
        }
        else if (grouping == ActivityGrouping.Day && (days = BucketGrid.Create(start, to, Bucket.Day, zone)) is null)
        {
            query.Fault("from", $"The period must have at most {BucketGrid.MaxBuckets} days.");
        }

        query.Check.ThrowIfFailed();
        return new StatQuery(grouping, start, to, timeZone, days);
    }

    private static async Task<IResult> AnswerAsync(Call call, ActivityStatQueries stats, StatQuery asked, IReadOnlyList<Guid>? users)
    {
        var figures = await stats.FiguresAsync(
            call.OrganisationId, asked.Grouping, asked.From, asked.To, users, asked.Days?.Starts ?? [], call.Aborted);
        var groups = figures.GroupBy(figure => figure.Key, StringComparer.Ordinal)
            .Select(group => StatOf(group.Key, asked.Days, [.. group])).ToList();
        var costs = figures.GroupBy(figure => figure.Cost.Currency)
            .OrderBy(currency => currency.Key.Code, StringComparer.Ordinal)
            .Select(currency => currency.Select(figure => figure.Cost).Aggregate((sum, cost) => sum + cost));
        var total = new ActivityStat(null, null, null, figures.Sum(figure => figure.Count), Sum(figures), [.. costs]);
        var name = Groupings.First(grouping => grouping.Value == asked.Grouping).Key;
        return Reply.Ok(
            new ActivityStats(asked.From, asked.To, asked.TimeZone, name, [.. groups.Take(MaxGroups)], total, groups.Count > MaxGroups));
    }

    private static ActivityStat StatOf(string key, BucketGrid? days, IReadOnlyList<ActivityFigure> figures)
    {
        var day = days?[int.Parse(key, System.Globalization.CultureInfo.InvariantCulture) - 1];
        return new ActivityStat(
            day is null ? key : null, day?.Start, day?.End, figures.Sum(figure => figure.Count), Sum(figures),
            [.. figures.Select(figure => figure.Cost)]);
    }

    private static Quantity Sum(IEnumerable<ActivityFigure> figures) =>
        figures.Aggregate(default(Quantity), (sum, figure) => sum + figure.Quantity);

    private sealed record StatQuery(ActivityGrouping Grouping, DateTimeOffset From, DateTimeOffset To, string TimeZone, BucketGrid? Days);
}
