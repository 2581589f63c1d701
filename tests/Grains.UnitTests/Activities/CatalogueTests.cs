using System.Text;
using Platform.Activities;
using Platform.Grains.Activities;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.UnitTests.Activities;

/// <summary>Activity types and the effective dates of their prices.</summary>
public sealed class CatalogueTests
{
    private static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Actor = Guid.Parse("01932f3a-7c00-7000-8000-0000000000b2");

    [Fact]
    public void A_built_in_type_costs_one_unit_until_the_organisation_sets_a_price()
    {
        Assert.Equal(new UnitPrice(100, Eur), CatalogueState.Empty.Find("report-generation", Now)?.PriceIn(Eur)?.UnitPrice);
        Assert.Null(CatalogueState.Empty.Find("unknown", Now));
        var set = CatalogueState.Empty.Apply(new ActivityTypeSet("report-generation", "Report", [new UnitPrice(5, Eur)]));
        Assert.Equal(new UnitPrice(5, Eur), set.Find("report-generation", Now)?.PriceIn(Eur)?.UnitPrice);
        Assert.Null(set.Find("report-generation", Now)?.PriceIn(Currency.Parse("USD")));
    }

    [Fact]
    public void A_built_in_type_shows_the_price_that_is_charged()
    {
        var shown = CatalogueState.Empty.Find("report-generation", Now)!.WithBuiltInPrice(Eur);
        Assert.Equal([shown.PriceIn(Eur)!.UnitPrice], shown.UnitPrices);
        Assert.True(shown is { BuiltIn: true, BuiltInPrice: true, Version: 0 });
        var set = CatalogueState.Empty.Apply(new ActivityTypeSet("report-generation", "Report", [new UnitPrice(5, Eur)]));
        Assert.False(set.Find("report-generation", Now)!.WithBuiltInPrice(Eur).BuiltInPrice);
        Assert.Empty(Set(CatalogueState.Empty, 5, Now, from: Now.AddDays(1)).Find("form", Now)!.WithBuiltInPrice(Eur).UnitPrices);
    }

    [Fact]
    public void Prices_have_twelve_digits_and_those_out_of_range_are_refused()
    {
        var fine = new UnitPrice(0, Eur, 1);
        var set = Assert.IsType<ActivityTypeSet>(Assert.Single(CatalogueDecisions.SetType(
            CatalogueState.Empty, new SetActivityType(default, "form", "A", [fine], FreeAllowance: new Quantity(1)), Context(Now)).Events));
        Assert.Equal([fine], JournalJson.Read<ActivityTypeSet>(Encoding.UTF8.GetString(JournalJson.Write(set))).UnitPrices);
        Assert.Equal("price-out-of-range", CatalogueDecisions.SetType(
            CatalogueState.Empty, new SetActivityType(default, "form", "A", [new UnitPrice(UnitPrice.MaxMinor, Eur, 1)]),
            Context(Now)).Error?.Code);
        Assert.Equal("invalid-price", CatalogueDecisions.SetType(
            CatalogueState.Empty, new SetActivityType(default, "form", "A", [new UnitPrice(0, Eur, -1)]), Context(Now)).Error?.Code);
    }

    [Fact]
    public void A_price_is_effective_from_its_instant_and_the_previous_one_until_then()
    {
        var state = Set(Set(CatalogueState.Empty, 5, Now), 7, Now, from: Now.AddDays(10));
        Assert.Equal(5, PriceAt(state, Now));
        Assert.Equal(5, PriceAt(state, Now.AddDays(10).AddTicks(-1)));
        Assert.Equal(7, PriceAt(state, Now.AddDays(10)));
        Assert.Equal([1, 2], state.History("form")!.Select(version => version.Version));
    }

    [Fact]
    public void A_future_price_is_superseded_by_a_newer_one_of_the_same_instant()
    {
        var later = Now.AddDays(10);
        var state = Set(Set(Set(CatalogueState.Empty, 5, Now), 7, Now, from: later), 6, Now, from: later);
        Assert.Equal(5, PriceAt(state, Now));
        Assert.Equal(6, PriceAt(state, later));
        Assert.Equal(3, state.History("form")!.Count);
    }

    [Fact]
    public void An_earlier_price_applies_until_the_later_one()
    {
        var state = Set(Set(Set(CatalogueState.Empty, 5, Now), 9, Now, from: Now.AddDays(20)), 7, Now.AddDays(1));
        Assert.Equal([5, 7, 9], new[] { Now, Now.AddDays(1), Now.AddDays(20) }.Select(at => PriceAt(state, at)));
    }

    [Fact]
    public void No_new_price_changes_past_prices()
    {
        var random = new Random(7);
        var state = CatalogueState.Empty;
        var seen = new List<(DateTimeOffset At, long? Price)>();
        var now = Now;
        for (var i = 0; i < 400; i++)
        {
            now = now.AddHours(random.Next(0, 30));
            seen.Add((now.AddTicks(-10), PriceAt(state, now.AddTicks(-10))));
            var decided = Decide(
                state, random.Next(1, 50), now,
                random.Next(3) switch { 0 => null, 1 => now.AddHours(random.Next(0, 90)), _ => now.AddHours(-random.Next(1, 90)) });
            Assert.True(decided.Error is null or { Code: "effective-in-past" });
            state = decided.Events.Aggregate(state, (current, set) => current.Apply(set));
            Assert.All(seen, effective => Assert.Equal(effective.Price, PriceAt(state, effective.At)));
        }
    }

    [Fact]
    public void A_price_set_by_a_silo_whose_clock_is_behind_is_effective_after_the_previous_one()
    {
        var state = Set(Set(CatalogueState.Empty, 5, Now), 7, Now.AddSeconds(-3));
        Assert.Equal(7, PriceAt(state, Now));
    }

    [Fact]
    public void A_type_whose_first_price_is_in_the_future_has_none_yet()
    {
        var state = Set(CatalogueState.Empty, 5, Now, from: Now.AddDays(1));
        Assert.Empty(state.Find("form", Now)!.UnitPrices);
        Assert.Null(PriceAt(state, Now));
        Assert.Equal(5, PriceAt(state, Now.AddDays(1)));
    }

    [Fact]
    public void Old_events_without_dates_are_versions_like_any_other()
    {
        const string Old = """[{"$type":"type-set","code":"form","name":"A form","unitPrices":[{"amount":"0.05","currency":"EUR"}]}]""";
        var state = JournalJson.Read<CatalogueEvent[]>(Old)
            .Concat(JournalJson.Read<CatalogueEvent[]>(Old.Replace("0.05", "0.07", StringComparison.Ordinal)))
            .Aggregate(CatalogueState.Empty, (current, set) => current.Apply(set));
        Assert.Equal(7, PriceAt(state, DateTimeOffset.MinValue));
        Assert.Equal(7, PriceAt(Set(state, 9, Now), Now.AddTicks(-1)));
        Assert.Equal(9, PriceAt(Set(state, 9, Now), Now));
        Assert.All(
            state.History("form")!, version =>
                Assert.Equal((null, null, null, 0L), (version.EffectiveFrom, version.SetBy, version.SetAt, version.FreeAllowance.Whole)));
    }

    [Fact]
    public void The_history_records_who_set_a_price_and_when()
    {
        var version = Assert.Single(Set(CatalogueState.Empty, 5, Now, from: Now.AddDays(1)).History("form")!);
        Assert.Equal((1, Now.AddDays(1), Actor, Now), (version.Version, version.EffectiveFrom, version.SetBy, version.SetAt));
        Assert.Null(CatalogueState.Empty.History("form"));
        Assert.Empty(CatalogueState.Empty.History("form-download")!);
    }

    [Fact]
    public void The_catalogue_survives_the_json_of_a_snapshot()
    {
        var state = Set(CatalogueState.Empty, 5, Now)
            .Apply(
                new ActivityTypeSet("form", "A", [new UnitPrice(5, Eur)], Now, [new PriceTier(10, new UnitPrice(7, Eur))], 3, Actor, Now));
        var copy = JournalJson.Read<CatalogueState>(Encoding.UTF8.GetString(JournalJson.Write(state)));
        Assert.Equal(JournalJson.Write(state.History("form")), JournalJson.Write(copy.History("form")));
        Assert.Equal(new PriceTier(10, new UnitPrice(7, Eur)), copy.Find("form", Now)?.PriceIn(Eur)?.Tiers?[0]);
    }

    [Theory]
    [InlineData("invalid-tiers", 10, 10)]
    [InlineData("invalid-tiers", 10, 5)]
    [InlineData("invalid-tiers", 0, 5)]
    [InlineData(null, 1, 2)]
    public void Tiers_ascend(string? refusal, long first, long second) =>
        Assert.Equal(refusal, With([new(first, new UnitPrice(1, Eur)), new(second, new UnitPrice(2, Eur))]));

    [Fact]
    public void Tiers_need_a_unit_price_in_their_currency_and_are_limited()
    {
        Assert.Equal("invalid-tiers", With([new(5, new UnitPrice(1, Currency.Parse("USD")))]));
        Assert.Equal("invalid-tiers", With([new(5, new UnitPrice(-1, Eur))]));
        Assert.Null(With([.. Enumerable.Range(1, 20).Select(i => new PriceTier(i, new UnitPrice(1, Eur)))]));
        Assert.Equal("invalid-tiers", With([.. Enumerable.Range(1, 21).Select(i => new PriceTier(i, new UnitPrice(1, Eur)))]));
        Assert.Equal("invalid-allowance", CatalogueDecisions.SetType(
            CatalogueState.Empty, new SetActivityType(default, "form", "A", [new UnitPrice(1, Eur)], FreeAllowance: -1),
            Context(Now)).Error?.Code);
    }

    private static string? With(IReadOnlyList<PriceTier> tiers) => CatalogueDecisions.SetType(
        CatalogueState.Empty, new SetActivityType(default, "form", "A", [new UnitPrice(1, Eur)], null, tiers), Context(Now)).Error?.Code;

    private static Decision<CatalogueEvent> Decide(CatalogueState state, long minor, DateTimeOffset now, DateTimeOffset? from) =>
        CatalogueDecisions.SetType(state, new SetActivityType(default, "form", "A form", [new UnitPrice(minor, Eur)], from), Context(now));

    private static CatalogueState Set(CatalogueState state, long minor, DateTimeOffset now, DateTimeOffset? from = null) =>
        state.Apply(Assert.Single(Decide(state, minor, now, from).Events));

    private static long? PriceAt(CatalogueState state, DateTimeOffset at) => state.Find("form", at)?.PriceIn(Eur)?.UnitPrice.Minor;

    private static DecisionContext Context(DateTimeOffset now) =>
        new(EntityKey.Of(Caller.Platform), 1, new CommandContext(Caller.Platform, Actor, default), now);
}
