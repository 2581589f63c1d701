using NodaTime;
using Platform.Grains.Metrics;
using Platform.Metrics;

namespace Platform.Grains.UnitTests.Metrics;

public sealed class BucketGridTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2025-10-25T22:00Z", 25)]
    [InlineData("Europe/Berlin", "2025-03-29T23:00Z", 23)]
    [InlineData("America/New_York", "2024-11-03T04:00Z", 25)]
    [InlineData("America/New_York", "2024-03-10T05:00Z", 23)]
    [InlineData("Australia/Lord_Howe", "2025-04-05T13:00Z", 24.5)]
    [InlineData("Australia/Lord_Howe", "2025-10-04T13:30Z", 23.5)]
    [InlineData("America/Santiago", "2025-09-07T04:00Z", 23)]
    [InlineData("America/Santiago", "2025-04-05T03:00Z", 25)]
    [InlineData("Asia/Kathmandu", "2025-06-01T18:15Z", 24)]
    public void A_day_has_its_local_length(string zone, string start, double hours)
    {
        var begins = At(start);
        var grid = Grid(zone, begins.AddHours(5), begins.AddHours(6), Bucket.Day);

        Assert.Equal(1, grid.Count);
        Assert.Equal((begins, begins.AddHours(hours)), grid[0]);
    }

    [Fact]
    public void A_local_hour_that_occurs_twice_is_two_buckets()
    {
        var berlin = Grid("Europe/Berlin", At("2025-10-25T22:00Z"), At("2025-10-26T23:00Z"), Bucket.Hour);
        var newYork = Grid("America/New_York", At("2024-11-03T04:00Z"), At("2024-11-04T05:00Z"), Bucket.Hour);

        Assert.Equal(25, berlin.Count);
        Assert.Equal(25, newYork.Count);
        AssertContiguous(berlin, TimeSpan.FromHours(1));
        AssertContiguous(newYork, TimeSpan.FromHours(1));
    }

    [Fact]
    public void A_clock_change_of_half_an_hour_ends_a_bucket_and_starts_another()
    {
        // At 02:00 (+11:00) on 6 April 2025 the clock goes back to 01:30 (+10:30).
        var grid = Grid("Australia/Lord_Howe", At("2025-04-05T14:00Z"), At("2025-04-05T17:00Z"), Bucket.Hour);

        Assert.Equal(
            [At("2025-04-05T14:00Z"), At("2025-04-05T15:00Z"), At("2025-04-05T15:30Z"), At("2025-04-05T16:30Z")],
            grid.Starts);
        Assert.Equal(At("2025-04-05T17:30Z"), grid.End);
    }

    [Fact]
    public void A_half_hour_that_does_not_exist_shortens_its_hour()
    {
        // At 02:00 (+10:30) on 5 October 2025 the clock goes on to 02:30 (+11:00).
        var grid = Grid("Australia/Lord_Howe", At("2025-10-04T14:30Z"), At("2025-10-04T17:00Z"), Bucket.Hour);

        Assert.Equal([At("2025-10-04T14:30Z"), At("2025-10-04T15:30Z"), At("2025-10-04T16:00Z")], grid.Starts);
    }

    [Fact]
    public void A_day_without_midnight_starts_at_one()
    {
        // Chile skips the hour from 0 to 1 on 7 September 2025.
        var grid = Grid("America/Santiago", At("2025-09-06T12:00Z"), At("2025-09-08T12:00Z"), Bucket.Day);

        Assert.Equal([At("2025-09-06T04:00Z"), At("2025-09-07T04:00Z"), At("2025-09-08T03:00Z")], grid.Starts);
    }

    [Fact]
    public void Hours_of_a_zone_with_a_quarter_hour_offset_begin_on_its_clock()
    {
        var grid = Grid("Asia/Kathmandu", At("2025-06-01T00:00Z"), At("2025-06-01T02:00Z"), Bucket.Hour);

        Assert.Equal([At("2025-05-31T23:15Z"), At("2025-06-01T00:15Z"), At("2025-06-01T01:15Z")], grid.Starts);
    }

    [Fact]
    public void A_skipped_day_has_no_bucket()
    {
        // Samoa went from 29 to 31 December 2011.
        var grid = Grid("Pacific/Apia", At("2011-12-29T12:00Z"), At("2012-01-01T00:00Z"), Bucket.Day);

        Assert.All(Enumerable.Range(0, grid.Count), i => Assert.Equal(TimeSpan.FromHours(24), grid[i].End - grid[i].Start));
        Assert.Equal([At("2011-12-29T10:00Z"), At("2011-12-30T10:00Z"), At("2011-12-31T10:00Z")], grid.Starts);
    }

    [Fact]
    public void Weeks_begin_on_Monday_months_and_years_on_their_first_day()
    {
        var at = At("2026-11-21T12:00Z");

        Assert.Equal(At("2026-11-16T00:00Z"), Grid("UTC", at, at.AddHours(1), Bucket.Week)[0].Start);
        Assert.Equal((At("2026-11-01T00:00Z"), At("2026-12-01T00:00Z")), Grid("UTC", at, at.AddHours(1), Bucket.Month)[0]);
        Assert.Equal((At("2026-01-01T00:00Z"), At("2027-01-01T00:00Z")), Grid("UTC", at, at.AddHours(1), Bucket.Year)[0]);
        Assert.Equal(At("2026-11-15T23:00Z"), Grid("Europe/Berlin", at, at.AddHours(1), Bucket.Week)[0].Start);
    }

    [Fact]
    public void Ten_thousand_buckets_are_answered_and_one_more_is_not()
    {
        var from = At("2026-01-01T00:00Z");
        var zone = DateTimeZoneProviders.Tzdb["UTC"];

        Assert.Equal(10_000, BucketGrid.Create(from, from.AddMinutes(10_000), Bucket.Minute, zone)!.Count);
        Assert.Null(BucketGrid.Create(from, from.AddMinutes(10_000).AddSeconds(1), Bucket.Minute, zone));
        Assert.Null(BucketGrid.Create(from, from.AddYears(6000), Bucket.Day, zone));
    }

    [Theory]
    [MemberData(nameof(EveryZone))]
    public void Buckets_of_every_zone_join_without_gaps_and_cover_their_range(string id)
    {
        var (from, to) = (At("2026-02-17T03:20Z"), At("2027-01-05T01:10Z"));
        foreach (var bucket in new[] { Bucket.Hour, Bucket.Day, Bucket.Week, Bucket.Month, Bucket.Year })
        {
            var grid = Grid(id, from, to, bucket);
            Assert.True(grid[0].Start <= from && from < grid[0].End);
            Assert.True(grid[grid.Count - 1].Start < to && to <= grid.End);
            Assert.All(Enumerable.Range(0, grid.Count), i =>
            {
                Assert.True(grid[i].Start < grid[i].End);
                Assert.Equal(0, grid[i].Start.UtcTicks % Slots.QuarterHour.Ticks);
                Assert.Equal(i, grid.IndexOf(grid[i].Start));
                Assert.Equal(i, grid.IndexOf(grid[i].End.AddTicks(-1)));
            });
        }
    }

    public static TheoryData<string> EveryZone() =>
        [.. DateTimeZoneProviders.Tzdb.Ids.Where(id => id.Contains('/', StringComparison.Ordinal)).Where((_, i) => i % 7 == 0)];

    private static void AssertContiguous(BucketGrid grid, TimeSpan width) =>
        Assert.All(Enumerable.Range(0, grid.Count), i => Assert.Equal(width, grid[i].End - grid[i].Start));

    private static BucketGrid Grid(string zone, DateTimeOffset from, DateTimeOffset to, Bucket bucket) =>
        BucketGrid.Create(from, to, bucket, DateTimeZoneProviders.Tzdb[zone])!;

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
