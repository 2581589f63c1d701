using System.Globalization;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Storage.Activities;

namespace Platform.Api.Activities;

/// <summary>The format of a report.</summary>
public enum ReportFormat
{
    Json = 0,
    Csv = 1,
}

/// <summary>The period of a usage report; to is exclusive.</summary>
public sealed record UsageReportRequest(DateTimeOffset From, DateTimeOffset To, ReportFormat Format = ReportFormat.Json) : IValidated
{
    public void Validate(Validation check) => check.Require(
        From < To && To - From <= TimeSpan.FromDays(400),
        CommonErrors.Invalid("/to", "invalid-period", "to must be after from, by at most 400 days."));
}

/// <summary>A user's completed activities of a period with their costs, as of the first request for the report.</summary>
public sealed record UsageReport(
    Guid UserId, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<ActivityUse> Activities, IReadOnlyList<Money> Totals);

/// <summary>Creates the caller's usage report. It is an activity of type <c>report-generation</c>, charged if it succeeds.</summary>
[Routes]
public static class UsageReportEndpoint
{
    private const string Type = "report-generation";
    private const int MaxLines = 10_000;

    private static readonly string[] Columns = ["id", "at", "type", "quantity", "cost", "currency", "priceVersion", "subject"];

    public static void MapUsageReport(this RouteGroupBuilder api) =>
        api.MapPost("/activities/usage-report", ReportAsync).WithTags("Activities")
            .Describe("Reports the caller's completed activities of a period as JSON or CSV. The report is charged as report-generation.")
            .MovesMoney().Answers<UsageReport>(200).AnswersFile(Csv.MediaType).NeedsWithin("activities:perform");

    private static async Task<IResult> ReportAsync(
        Body<UsageReportRequest> body, Call call, MeteredWork metered, ActivityQueries activities)
    {
        var request = body.Value;
        var operation = call.Operation("activities/usage-report");
        var subject = $"Usage {request.From.UtcDateTime:O} to {request.To.UtcDateTime:O} as {request.Format}";
        var report = await metered.RunAsync(call, operation, new PerformActivityRequest(Type, 1, subject), async (activity, cancellation) =>
        {
            var uses = await activities.UsesAsync(
                call.OrganisationId, activity.UserId, request.From, request.To, activity.At, MaxLines + 1, cancellation);
            return uses.Count <= MaxLines
                ? new UsageReport(activity.UserId, request.From, request.To, uses, Totals(uses))
                : throw new ProblemException(Problems.From(new Error(
                    ErrorKind.Conflict, "period-too-large", $"The period has more than {MaxLines} activities. Request a shorter one.")));
        });
        return !report.IsSuccess ? Reply.Refused(report)
            : request.Format == ReportFormat.Csv ? new CsvReport(report.Value.Result, report.Replayed)
            : new JsonResult<UsageReport>(200, report.Value.Result) { Replayed = report.Replayed };
    }

    private static Money[] Totals(IReadOnlyList<ActivityUse> uses) =>
    [
        .. uses.GroupBy(use => use.Cost.Currency).OrderBy(costs => costs.Key.Code, StringComparer.Ordinal)
            .Select(costs => costs.Select(use => use.Cost).Aggregate((sum, cost) => sum + cost)),
    ];

    private sealed class CsvReport(UsageReport report, bool replayed) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "text/csv; charset=utf-8; header=present";
            response.Headers.ContentDisposition = "attachment; filename=\"usage.csv\"";
            if (replayed)
            {
                response.Headers["Idempotency-Replayed"] = "true";
            }

            Csv.WriteLine(response.BodyWriter, Columns);
            foreach (var use in report.Activities)
            {
                Csv.WriteLine(response.BodyWriter, Cells(use));
            }

            await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }

        private static string?[] Cells(ActivityUse use) =>
        [
            use.Id.ToString(), use.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), use.Type, use.Quantity.ToString(),
            use.Cost.ToDecimalString(), use.Cost.Currency.Code, use.PriceVersion?.ToString(CultureInfo.InvariantCulture), use.Subject,
        ];
    }
}
