using Platform.Activities;
using Platform.Grains.Activities;
using Platform.Grains.Common.Entities;

namespace Platform.Grains.UnitTests.Activities;

public sealed class ActivityDecisionsTests
{
    private static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly EntityKey Key = EntityKey.Of(Caller.Platform);
    private static readonly DecisionContext Context = new(Key, 1, default, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly PerformActivity Report =
        new(default, "report-generation", 3, new Money(150, Eur), Guid.Empty, Guid.Empty, "Q3", null);

    [Fact]
    public void Cost_is_price_times_quantity() =>
        Assert.Equal(new Money(450, Eur), ActivityDecisions.Request(ActivityState.None, Report, Context).Reply?.Cost);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public void Quantities_out_of_range_are_refused(int quantity) =>
        Assert.Equal("invalid-quantity", ActivityDecisions.Request(ActivityState.None, Report with { Quantity = quantity }, Context).Error?.Code);

    [Fact]
    public void The_largest_price_times_the_largest_quantity_does_not_overflow()
    {
        var most = Report with { Quantity = ActivityDecisions.MaxQuantity, UnitPrice = new Money(Money.MaxRequestMinor / ActivityDecisions.MaxQuantity, Eur) };
        Assert.Equal(Money.MaxRequestMinor, ActivityDecisions.Request(ActivityState.None, most, Context).Reply?.Cost.Minor);
    }

    [Fact]
    public void An_activity_that_has_ended_stays_as_it_ended()
    {
        var requested = (ActivityRequested)ActivityDecisions.Request(ActivityState.None, Report, Context).Events[0];
        var state = ActivityState.None.Apply(requested).Apply(new ActivityDeclined(ActivityErrors.NoWallet));
        var again = ActivityDecisions.End(state, ActivityDecisions.EndOf(requested, Key, null), Context with { NextVersion = 3 });
        Assert.Empty(again.Events);
        Assert.Equal(ActivityStatus.Declined, again.Reply?.Status);
    }

    [Fact]
    public void The_charge_of_an_activity_has_the_same_operation_each_time()
    {
        var requested = (ActivityRequested)ActivityDecisions.Request(ActivityState.None, Report, Context).Events[0];
        Assert.Equal(ActivityDecisions.ChargeOf(requested, Key), ActivityDecisions.ChargeOf(requested, Key));
        Assert.Null(ActivityDecisions.ChargeOf(requested with { Cost = 0 }, Key));
    }

    [Fact]
    public void A_built_in_type_costs_one_unit_until_the_organisation_sets_a_price()
    {
        Assert.Equal(new Money(100, Eur), CatalogueState.Empty.Find("report-generation")?.PriceIn(Eur));
        Assert.Null(CatalogueState.Empty.Find("unknown"));
        var set = CatalogueState.Empty.Apply(new ActivityTypeSet("report-generation", "Report", [new Money(5, Eur)]));
        Assert.Equal(new Money(5, Eur), set.Find("report-generation")?.PriceIn(Eur));
        Assert.Null(set.Find("report-generation")?.PriceIn(Currency.Parse("USD")));
    }

    [Fact]
    public void The_catalogue_survives_the_json_of_a_snapshot()
    {
        var state = CatalogueState.Empty.Apply(new ActivityTypeSet("a", "A", [new Money(5, Eur)]));
        var copy = JournalJson.Read<CatalogueState>(System.Text.Encoding.UTF8.GetString(JournalJson.Write(state)));
        Assert.Equal(state.Find("a")?.UnitPrices, copy.Find("a")?.UnitPrices);
    }
}
