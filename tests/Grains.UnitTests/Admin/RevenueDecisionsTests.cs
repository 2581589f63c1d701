using NodaTime;
using Platform.Grains.Admin;
using Platform.Grains.Metrics;
using Platform.Metrics;

namespace Platform.Grains.UnitTests.Admin;

public sealed class RevenueDecisionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("UTC", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z")]
    [InlineData("Asia/Kathmandu", "2026-02-28T18:15:00Z", "2026-03-01T18:15:00Z")] // +05:45
    [InlineData("Australia/Eucla", "2026-02-28T15:15:00Z", "2026-03-01T15:15:00Z")] // +08:45
    [InlineData("Pacific/Chatham", "2026-02-28T10:15:00Z", "2026-03-01T10:15:00Z")] // +13:45 in summer
    [InlineData("Pacific/Marquesas", "2026-03-01T09:30:00Z", "2026-03-02T09:30:00Z")] // -09:30
    [InlineData("Pacific/Kiritimati", "2026-02-28T10:00:00Z", "2026-03-01T10:00:00Z")] // +14
    public void A_day_begins_at_midnight_in_the_zone(string zone, string start, string end)
    {
        var noon = BucketGrid.Create(At(start).AddHours(12), At(start).AddHours(13), Bucket.Day, DateTimeZoneProviders.Tzdb[zone])!;
        var grid = RevenueDecisions.Plan(Bucket.Day, At(start).AddHours(12), At(start).AddHours(13), zone, Now).Value!;

        Assert.Equal((At(start), At(end)), (grid[0].Start, grid[0].End));
        Assert.Equal(noon[0], grid[0]);
        Assert.Equal(At(start), RevenueDecisions.StartOfDay(At(start).AddHours(12), DateTimeZoneProviders.Tzdb[zone]));
        Assert.Equal(At(start), RevenueDecisions.StartOfDay(At(start), DateTimeZoneProviders.Tzdb[zone]));
        Assert.Equal(At(end), RevenueDecisions.StartOfDay(At(end), DateTimeZoneProviders.Tzdb[zone]));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T10:00:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-25T10:00:00Z", 25)]
    [InlineData("America/New_York", "2026-03-08T16:00:00Z", 23)]
    [InlineData("America/New_York", "2026-11-01T16:00:00Z", 25)]
    [InlineData("Australia/Lord_Howe", "2026-04-04T23:00:00Z", 24.5)] // half an hour
    [InlineData("Africa/Cairo", "2026-04-24T10:00:00Z", 23)] // midnight does not exist
    public void A_day_with_a_clock_change_has_its_real_length(string zone, string inIt, double hours)
    {
        var grid = RevenueDecisions.Plan(Bucket.Day, At(inIt), At(inIt).AddMinutes(1), zone, Now).Value!;

        Assert.Equal(1, grid.Count);
        Assert.Equal(hours, (grid[0].End - grid[0].Start).TotalHours);
        Assert.Equal(grid[0].Start, RevenueDecisions.StartOfDay(At(inIt), DateTimeZoneProviders.Tzdb[zone]));
    }

    [Fact]
    public void Days_months_and_years_of_a_zone_are_contiguous_and_start_on_quarter_hours()
    {
        foreach (var zone in new[]
        {
            "UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns", "Pacific/Apia",
        })
        {
            foreach (var granularity in new[] { Bucket.Day, Bucket.Month, Bucket.Year })
            {
                var grid = RevenueDecisions.Plan(
                    granularity, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Now, zone, Now).Value!;
                Assert.All(grid.Starts, start => Assert.Equal(start, Slots.Floor(start, Slots.QuarterHour)));
                Assert.All(Enumerable.Range(1, grid.Count - 1), bucket => Assert.Equal(grid[bucket - 1].End, grid[bucket].Start));
                var (least, most) = granularity switch { Bucket.Day => (324, 325), Bucket.Month => (11, 11), _ => (1, 1) };
                Assert.InRange(grid.Count, least, most);
            }
        }
    }

    [Theory]
    [InlineData(Bucket.Day, 30)]
    [InlineData(Bucket.Month, 12)]
    [InlineData(Bucket.Year, 5)]
    public void Without_a_period_it_covers_the_latest_buckets_and_the_current_one(Bucket granularity, int count)
    {
        foreach (var zone in new[] { "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago" })
        {
            var grid = RevenueDecisions.Plan(granularity, null, null, zone, Now).Value!;
            Assert.Equal(count, grid.Count);
            Assert.Equal(count - 1, grid.IndexOf(Now));
        }
    }

    [Theory]
    [InlineData(Bucket.Hour, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "UTC", "invalid-bucket")]
    [InlineData(Bucket.Day, "2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z", "UTC", "invalid-range")]
    [InlineData(Bucket.Day, "1969-01-02T00:00:00Z", "2026-01-02T00:00:00Z", "UTC", "invalid-range")]
    [InlineData(Bucket.Day, "2026-01-02T00:00:00Z", "9999-12-31T23:00:00Z", "UTC", "invalid-range")]
    [InlineData(Bucket.Day, "2024-01-02T00:00:00Z", "2026-01-02T00:00:00Z", "UTC", "too-many-buckets")]
    [InlineData(Bucket.Day, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "Mars/Base", "unknown-time-zone")]
    public void Invalid_queries_are_refused(Bucket granularity, string from, string to, string zone, string code) =>
        Assert.Equal(code, RevenueDecisions.Plan(granularity, At(from), At(to), zone, Now).Error?.Code);

    [Fact]
    public void Every_bucket_has_every_currency_and_nothing_is_lost()
    {
        var grid = RevenueDecisions.Plan(Bucket.Day, Now.AddDays(-2), Now, "UTC", Now).Value!;

        var buckets = RevenueDecisions.Fold(
            grid, [new(0, "USD", 1.25m), new(2, "JPY", 7m), new(0, "USD", 0.75m), new(2, "USD", -3m)], "EUR");

        Assert.Equal(grid.Count, buckets.Count);
        Assert.All(buckets, bucket => Assert.Equal(["EUR", "JPY", "USD"], bucket.Keys));
        Assert.Equal([2m, 0m, -3m], buckets.Select(bucket => bucket["USD"]));
        Assert.Equal([0m, 0m, 7m], buckets.Select(bucket => bucket["JPY"]));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
