using Platform.Grains.Activities;
using Platform.Grains.Metrics;
using Platform.Grains.Wallets;
using Platform.Metrics;

namespace Platform.Grains.UnitTests.Metrics;

public sealed class LiveTotalsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 23, 58, 30, TimeSpan.Zero);

    [Fact]
    public void A_new_minute_keeps_today_and_begins_the_minute()
    {
        var totals = new LiveTotals(Now);
        Add(totals, Now, 2);
        Add(totals, Now.AddMinutes(1), 3);

        Assert.Equal(new LiveValue(WalletMetrics.Charges.Name, "USD", 5, 2, 3, 1), Assert.Single(totals.TakeChanges()));
    }

    [Fact]
    public void A_minute_that_ends_is_a_change_without_any_event()
    {
        var totals = new LiveTotals(Now);
        Add(totals, Now, 2);
        totals.TakeChanges();
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 23, 59, 0, TimeSpan.Zero), totals.MinuteEnds);

        totals.Advance(Now.AddMinutes(1));

        Assert.Equal(new LiveValue(WalletMetrics.Charges.Name, "USD", 2, 1, 0, 0), Assert.Single(totals.TakeChanges()));
        Assert.Null(totals.MinuteEnds);
        Assert.False(totals.HasChanges);
    }

    [Fact]
    public void A_new_day_begins_at_zero()
    {
        var totals = new LiveTotals(Now);
        Add(totals, Now, 2);

        totals.Advance(Now.AddMinutes(2));

        Assert.Equal(new LiveValue(WalletMetrics.Charges.Name, "USD", 0, 0, 0, 0), Assert.Single(totals.All()));
    }

    [Fact]
    public void Late_points_count_for_today_but_not_for_this_minute_and_yesterdays_not_at_all()
    {
        var totals = new LiveTotals(Now);
        Add(totals, Now.AddMinutes(-5), 2);
        Add(totals, Now.AddDays(-1), 7);

        Assert.Equal(new LiveValue(WalletMetrics.Charges.Name, "USD", 2, 1, 0, 0), Assert.Single(totals.All()));
    }

    [Fact]
    public void Activities_of_all_types_are_one_value()
    {
        var totals = new LiveTotals(Now);
        totals.Add(ActivityMetrics.Activities.Name, "currency=USD;type=a", Now, Rollup.Of(1));
        totals.Add(ActivityMetrics.Activities.Name, "currency=EUR;type=b", Now, Rollup.Of(2));

        Assert.Equal(new LiveValue(ActivityMetrics.Activities.Name, "count", 3, 2, 3, 2), Assert.Single(totals.All()));
    }

    private static void Add(LiveTotals totals, DateTimeOffset at, decimal value) =>
        totals.Add(WalletMetrics.Charges.Name, "currency=USD", at, Rollup.Of(value));
}
