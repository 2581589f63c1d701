namespace Platform.Activities;

/// <summary>Example views for the OpenAPI document.</summary>
[Examples]
public static class ActivitySamples
{
    public static readonly ActivityTypeView ActivityType = new(
        "report-generation", "Report generation", [Sample.Each(100)], true, 3, Sample.At, [new PriceTier(100, Sample.Each(150))], 10);

    public static readonly PriceVersion PriceVersion = new(
        3, Sample.At, "Report generation", [Sample.Each(100)], [new PriceTier(100, Sample.Each(150))], 10, Sample.UserId, Sample.At);

    public static readonly ActivityView Activity = new(
        Sample.TransactionId, "report-generation", 1, Sample.Each(100), Sample.Usd(100), Sample.UserId, Sample.WalletId,
        Sample.TransactionId, ActivityStatus.Completed, "Q3 report", Sample.At, Sample.Metadata, 2, 3, 100, "2026-11", "Europe/Berlin",
        Sample.At,
        [new PriceLine(PriceLineKind.Unit, 101, 1, Sample.Each(100), Sample.Usd(100))]);
}
