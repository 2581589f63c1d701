using Platform.Activities;
using Platform.Grains.Activities;
using Platform.Storage.Activities;

namespace Platform.Api.Activities;

/// <summary>Example requests and responses for the OpenAPI document.</summary>
[Examples]
public static class ActivityExamples
{
    private static readonly ActivityStat ActivityStat = new("report-generation", null, null, 12, 15, [Sample.Usd(1500)]);

    public static readonly object[] All =
    [
        new SetActivityTypeRequest(
            "Report generation", [Sample.Each(100)], Sample.At.AddDays(10), [new PriceTier(100, Sample.Each(150))], 10),
        new AuthoriseActivityRequest("report-generation", 1, "Q3 report", 120, Sample.Metadata),
        new CompleteActivityRequest(1),
        new UsageReportRequest(Sample.At.AddDays(-30), Sample.At, ReportFormat.Json),
        new UsageReport(
            Sample.UserId, Sample.At.AddDays(-30), Sample.At, [new ActivityUse(Sample.TransactionId, Sample.At, "report-generation", 1,
            Sample.Usd(100), 3, "Q3 report")], [Sample.Usd(100)]),
        new PriceVersionList([ActivitySamples.PriceVersion], null),
        new ActivityStats(
            Sample.At.AddDays(-20), Sample.At, "Europe/Berlin", "type", [ActivityStat], ActivityStat with { Key = null }, false),
        new ReRateRequest(Sample.At.AddDays(-30), Sample.At),
        new ReRateReport(
            Sample.At.AddDays(-30), Sample.At, 12, 0, [Sample.Usd(1500)], [Sample.Usd(1450)], 1,
            [new RatingMismatch(Sample.TransactionId, "report-generation", 3, Sample.Usd(150), Sample.Usd(100), RatingFault.Place)]),
        new ActivityTypeList([ActivitySamples.ActivityType], null),
        new PerformActivityRequest("report-generation", 1, "Q3 report", Sample.Metadata),
    ];
}
