using Platform.Grains.Activities;
using Platform.Grains.Metrics;
using Platform.Grains.Wallets;
using Platform.Metrics;

namespace Platform.Grains.UnitTests.Metrics;

public sealed class MetricDecisionsTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private static readonly SeriesQuery Hours = new(
        WalletMetrics.Charges.Name, Midnight, Midnight.AddHours(4), Bucket.Hour, Aggregation.Sum, "UTC");

    [Fact]
    public void The_fold_of_random_events_equals_a_plain_model()
    {
        var random = new Random(20261121);
        foreach (var zone in new[] { "UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago" })
        {
            var points = Enumerable.Range(0, 3000).Select(_ => new MetricPoint(
                ActivityMetrics.Activities.Name,
                Midnight.AddSeconds(random.Next(-86_400 * 40, 86_400 * 40)),
                Dimensions.Of(("currency", "USD"), ("type", random.Next(3) == 0 ? "a" : "b")),
                random.Next(1, 1000) / 100m)).ToList();
            foreach (var bucket in Enum.GetValues<Bucket>())
            {
                foreach (var aggregation in Enum.GetValues<Aggregation>())
                {
                    AssertEqualsModel(points, zone, bucket, aggregation, random);
                }
            }
        }
    }

    private static void AssertEqualsModel(List<MetricPoint> points, string zone, Bucket bucket, Aggregation aggregation, Random random)
    {
        var from = Midnight.AddMinutes(random.Next(-20_000, 20_000));
        var query = new SeriesQuery(
            ActivityMetrics.Activities.Name, from, from.AddMinutes(bucket == Bucket.Minute ? 600 : 9_000), bucket, aggregation, zone,
            random.Next(2) == 0 ? null : new Dictionary<string, string> { ["type"] = "a" });
        var grid = MetricDecisions.Plan(query).Value!;
        var watermark = from.AddHours(1);

        // Some points are stored, others are not yet.
        var (stored, deltas) = (new RollupDeltas(), new RollupDeltas());
        points.ForEach(point => (random.Next(2) == 0 ? stored : deltas).Add(point));
        var resolution = MetricDecisions.ResolutionOf(bucket);
        string[] metrics = [query.Metric];
        var folded = MetricDecisions.Fold(
            query, grid,
            MetricDecisions.InGrid(stored, metrics, resolution, grid).Concat(MetricDecisions.InGrid(deltas, metrics, resolution, grid)),
            watermark);

        Assert.Equal(Enumerable.Range(0, grid.Count).Select(i => Model(points, query, grid[i], watermark)), folded.Value!);
    }

    private static BucketValue Model(
        List<MetricPoint> points, SeriesQuery query, (DateTimeOffset Start, DateTimeOffset End) span, DateTimeOffset watermark)
    {
        var values = points
            .Where(
                point =>
                    point.At >= span.Start && point.At < span.End &&
                (query.Filter is null || point.Dimensions.EndsWith("type=a", StringComparison.Ordinal)))
            .Select(point => point.Value)
            .ToList();
        decimal? value = query.Aggregation switch
        {
            Aggregation.Sum => values.Sum(),
            Aggregation.Count => values.Count,
            _ when values.Count == 0 => null,
            Aggregation.Avg => Math.Round(values.Sum() / values.Count, 10),
            Aggregation.Min => values.Min(),
            _ => values.Max(),
        };
        return new BucketValue(span.Start, span.End, value, span.End > watermark);
    }

    [Fact]
    public void Empty_buckets_have_zero_or_null()
    {
        Assert.All(Fold(Hours).Value!, bucket => Assert.Equal(0m, bucket.Value));
        Assert.All(Fold(Hours with { Aggregation = Aggregation.Count }).Value!, bucket => Assert.Equal(0m, bucket.Value));
        Assert.All(Fold(Hours with { Aggregation = Aggregation.Avg }).Value!, bucket => Assert.Null(bucket.Value));
        Assert.Equal(4, Fold(Hours).Value!.Count);
    }

    [Fact]
    public void The_bucket_of_the_watermark_and_later_ones_are_partial()
    {
        var series = MetricDecisions.Fold(Hours, MetricDecisions.Plan(Hours).Value!, [], Midnight.AddHours(2));

        Assert.Equal([false, false, true, true], series.Value!.Select(bucket => bucket.Partial));
    }

    [Fact]
    public void An_average_weighs_every_point_the_same()
    {
        var grid = MetricDecisions.Plan(Hours).Value!;
        BucketRollup[] rollups =
        [
            new(Hours.Metric, 0, "currency=USD", new Rollup(1, 10, 10, 10)),
            new(Hours.Metric, 0, "currency=USD", new Rollup(3, 2, 0, 1)),
        ];

        var series = MetricDecisions.Fold(Hours with { Aggregation = Aggregation.Avg }, grid, rollups, Midnight);

        Assert.Equal(3m, series.Value![0].Value);
    }

    [Fact]
    public void Amounts_of_two_currencies_are_counted_but_never_added()
    {
        BucketRollup[] rollups =
        [
            new(Hours.Metric, 0, "currency=USD", Rollup.Of(10)),
            new(Hours.Metric, 1, "currency=JPY", Rollup.Of(1000)),
        ];
        var grid = MetricDecisions.Plan(Hours).Value!;

        Assert.Equal("mixed-currencies", MetricDecisions.Fold(Hours, grid, rollups, Midnight).Error!.Code);
        Assert.Equal(
            2m, MetricDecisions.Fold(Hours with { Aggregation = Aggregation.Count }, grid, rollups, Midnight).Value!.Sum(b => b.Value));
        Assert.Equal(
            ["JPY", "JPY", "JPY", "JPY", "USD", "USD", "USD", "USD"],
            MetricDecisions.Fold(Hours with { GroupBy = "currency" }, grid, rollups, Midnight).Value!.Select(b => b.Group));
    }

    [Theory]
    [InlineData("Mars/Olympus", "unknown-time-zone")]
    [InlineData("", "unknown-time-zone")]
    [InlineData("europe/berlin", "unknown-time-zone")]
    public void An_unknown_time_zone_is_refused(string zone, string code) =>
        Assert.Equal(code, MetricDecisions.Plan(Hours with { TimeZone = zone }).Error!.Code);

    [Fact]
    public void Invalid_queries_are_refused_with_specific_errors()
    {
        Assert.Equal("invalid-range", MetricDecisions.Plan(Hours with { To = Hours.From }).Error!.Code);
        Assert.Equal("invalid-range", MetricDecisions.Plan(Hours with { From = DateTimeOffset.MinValue }).Error!.Code);
        Assert.Equal("invalid-range", MetricDecisions.Plan(Hours with { To = DateTimeOffset.MaxValue }).Error!.Code);
        Assert.Equal("too-many-buckets", MetricDecisions.Plan(Hours with { To = Hours.From.AddYears(2) }).Error!.Code);
        Assert.Equal("invalid-bucket", MetricDecisions.Plan(Hours with { Bucket = (Bucket)99 }).Error!.Code);
        Assert.Equal("invalid-aggregation", MetricDecisions.Plan(Hours with { Aggregation = (Aggregation)99 }).Error!.Code);
        Assert.Equal("unknown-dimension", MetricDecisions.Plan(Hours with { GroupBy = "type" }).Error!.Code);
        Assert.Equal(
            "unknown-dimension", MetricDecisions.Plan(Hours with { Filter = new Dictionary<string, string> { ["x"] = "y" } }).Error!.Code);
        Assert.Equal(ErrorKind.NotFound, MetricDecisions.Plan(Hours with { Metric = "nothing" }).Error!.Kind);
    }

    private static Result<IReadOnlyList<BucketValue>> Fold(SeriesQuery query) =>
        MetricDecisions.Fold(query, MetricDecisions.Plan(query).Value!, [], Midnight);
}
