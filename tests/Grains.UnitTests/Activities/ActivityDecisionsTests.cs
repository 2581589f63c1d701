using Platform.Activities;
using Platform.Grains.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Grains.UnitTests.Common;

namespace Platform.Grains.UnitTests.Activities;

public sealed class ActivityDecisionsTests
{
    private static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly EntityKey Key = EntityKey.Of(Caller.Platform);
    private static readonly DecisionContext Context = new(Key, 1, default, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly PerformActivity Report =
        new(default, "report-generation", 3, new UnitPrice(150, Eur), Guid.Empty, Guid.Empty, "Q3", null);

    [Fact]
    public void Cost_is_price_times_quantity() =>
        Assert.Equal(new Money(450, Eur), Request(Report, Context).Reply?.Cost);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public void Quantities_out_of_range_are_refused(int quantity) =>
        Assert.Equal(
            "invalid-quantity", ActivityDecisions.Request(ActivityState.None, Report with { Quantity = quantity }, Context).Error?.Code);

    [Fact]
    public void A_fraction_at_a_price_below_a_cent_is_rounded_once_and_kept_exactly()
    {
        var price = new ActivityPrice(1, new UnitPrice(0, Eur, 5_000_000_000)); // 0.005
        var requested = Requested(
            Report with { Quantity = new Quantity(1_500_000), UnitPrice = price.UnitPrice, Price = price, TimeZone = "UTC" }, Context.Now);
        var kept = (ActivityRequested)JournalJson.Read<ActivityEvent[]>(
            System.Text.Encoding.UTF8.GetString(JournalJson.Write<ActivityEvent[]>([requested])))[0];
        Assert.Equal((price.UnitPrice, new Quantity(1_500_000)), (kept.ExactUnitPrice(), kept.Quantity));
        var view = End(ActivityState.None.Apply(kept), ActivitySteps.EndOf(kept, Key, null, null, new Usage(0)), 2).Reply!;
        Assert.Equal((new Money(1, Eur), price.UnitPrice), (view.Cost, view.UnitPrice)); // 0.0075
    }

    [Fact]
    public void An_activity_on_behalf_records_actor_and_user()
    {
        var (actor, user) = (Guid.Parse("01932f3a-7c00-7000-8000-0000000000b2"), Guid.Parse("01932f3a-7c00-7000-8000-0000000000c3"));
        var command = Report with { UserId = user, Named = OnBehalf.User };
        var view = Request(command, Context with { Caller = new CommandContext(Caller.Platform, actor, default) }).Reply!;
        Assert.Equal((actor, user), (view.ActorId, view.UserId));
        Assert.NotEqual(CommandFingerprint.Of(command), CommandFingerprint.Of(command with { Named = OnBehalf.Wallet }));
        Assert.NotEqual(CommandFingerprint.Of(command), CommandFingerprint.Of(command with { Named = null }));
    }

    [Fact]
    public void A_request_is_the_same_command_as_in_a_build_before_fractions()
    {
        const string Old =
            """{"type":"report-generation","quantity":3,"unitPrice":{"amount":"1.50","currency":"EUR"},""" +
            "\"userId\":\"00000000-0000-0000-0000-000000000000\",\"walletId\":\"00000000-0000-0000-0000-000000000000\",\"subject\":\"Q3\"}";
        Assert.Equal(Old, System.Text.Encoding.UTF8.GetString(JournalJson.Write(Report)));
    }

    [Fact]
    public void The_largest_price_times_the_largest_quantity_does_not_overflow()
    {
        var largest = Report with { Quantity = ActivityRules.MaxQuantity, UnitPrice = new UnitPrice(UnitPrice.MaxMinor, Eur) };
        Assert.Equal(Money.MaxRequestMinor, Request(largest, Context).Reply?.Cost.Minor);
    }

    [Fact]
    public void An_ended_activity_does_not_change()
    {
        var requested = (ActivityRequested)ActivityDecisions.Request(ActivityState.None, Report, Context).Events[0];
        var state = ActivityState.None.Apply(requested).Apply(new ActivityDeclined(ActivityErrors.NoWallet));
        var again = End(state, ActivitySteps.EndOf(requested, Key, null, null, null), 3);
        Assert.Empty(again.Events);
        Assert.Equal((ActivityStatus.Declined, 2L), (again.Reply!.Status, again.Reply.Version));
    }

    [Fact]
    public void The_charge_of_an_activity_has_the_same_operation_each_time()
    {
        var requested = (ActivityRequested)ActivityDecisions.Request(ActivityState.None, Report, Context).Events[0];
        Assert.Equal(ActivitySteps.ChargeOf(requested, 450, Key), ActivitySteps.ChargeOf(requested, 450, Key));
    }

    [Fact]
    public void With_a_price_it_is_rated_by_the_users_usage_of_the_local_month()
    {
        var price = new ActivityPrice(4, new UnitPrice(150, Eur), [new PriceTier(12, new UnitPrice(200, Eur))], 10);
        var requested = Requested(
            Report with { Price = price, TimeZone = "Pacific/Auckland" }, new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        Assert.Equal(("2026-02", 4), (requested.Month, requested.PriceVersion));
        Assert.Equal("2026-02", ActivitySteps.TakeOf(requested, Key)?.Month);

        var end = ActivitySteps.EndOf(requested, Key, null, null, new Usage(10));
        var view = End(ActivityState.None.Apply(requested), end, 2).Reply!;
        Assert.Equal((new Money(550, Eur), 10, ActivityStatus.Completed), (view.Cost, view.UsedBefore?.Whole, view.Status));
        Assert.Equal([(PriceLineKind.Tier, 2L), (PriceLineKind.Unit, 1L)], view.Lines!.Select(line => (line.Kind, line.Units.Whole)));
    }

    [Fact]
    public void Price_and_time_zone_are_not_part_of_the_fingerprint() =>
        Assert.Equal(
            CommandFingerprint.Of(Report),
            CommandFingerprint.Of(Report with { Price = new ActivityPrice(4, Report.UnitPrice), TimeZone = "Europe/Berlin" }));

    [Fact]
    public void A_request_without_a_price_costs_unit_price_times_quantity_and_is_not_metered()
    {
        var requested = Requested(Report, Context.Now);
        Assert.Null(ActivitySteps.TakeOf(requested, Key));
        Assert.Equal(450, requested.Cost);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Mars/Olympus")]
    public void A_priced_request_needs_a_time_zone(string? zone) => Assert.Equal("invalid-time-zone", ActivityDecisions.Request(
        ActivityState.None, Report with { Price = new ActivityPrice(1, Report.UnitPrice), TimeZone = zone }, Context).Error?.Code);

    [Fact]
    public void Events_of_older_builds_fold_as_before()
    {
        const string Old = """
            [{"$type":"requested","type":"report-generation","quantity":3,"unitPrice":150,"cost":450,"currency":"EUR",
              "userId":"01932f3a-7c00-7000-8000-0000000000b2","walletId":"01932f3a-7c00-7000-8000-0000000000c3",
              "actorId":"01932f3a-7c00-7000-8000-0000000000b2","operation":"01932f3a-7c00-7000-8000-0000000000e5",
              "subject":"Q3","at":"2026-01-01T00:00:00+00:00"},
             {"$type":"completed","type":"report-generation","quantity":3,"cost":450,"currency":"EUR"}]
            """;
        var state = JournalJson.Read<ActivityEvent[]>(Old).Aggregate(ActivityState.None, (current, @event) => current.Apply(@event));
        var view = state.ToView(Key, 2);
        Assert.Equal((new Money(450, Eur), ActivityStatus.Completed, null, null), (view.Cost, view.Status, view.PriceVersion, view.Lines));
        Assert.Equal("{}"u8, JournalJson.Write(ActivitySteps.EndOf(state.Request!, Key, null, null, null)));
    }

    [Fact]
    public void State_with_tiers_survives_the_json_of_a_snapshot()
    {
        var price = new ActivityPrice(4, new UnitPrice(150, Eur), [new PriceTier(12, new UnitPrice(200, Eur))], 10);
        var requested = Requested(Report with { Price = price, TimeZone = "UTC" }, Context.Now);
        var state = ActivityState.None.Apply(requested)
            .Apply(new ActivityCompleted("report-generation", 3, 550, "EUR", null, 10, Context.Now));
        var copy = JournalJson.Read<ActivityState>(System.Text.Encoding.UTF8.GetString(JournalJson.Write(state)));
        Assert.Equal(JournalJson.Write(state.ToView(Key, 2)), JournalJson.Write(copy.ToView(Key, 2)));
    }

    private static Decided<ActivityState, ActivityEvent, ActivityView> Request(PerformActivity command, DecisionContext context) =>
        ActivityDecisions.Request(ActivityState.None, command, context)
            .Accept(new ActivityDefinition(), ActivityState.None, context, ActivityDefinition.View);

    private static Decided<ActivityState, ActivityEvent, ActivityView> End(ActivityState state, EndActivity command, long nextVersion)
    {
        var context = Context with { NextVersion = nextVersion };
        return ActivityDecisions.End(state, command, context).Accept(new ActivityDefinition(), state, context, ActivityDefinition.View);
    }

    private static ActivityRequested Requested(PerformActivity command, DateTimeOffset now) =>
        (ActivityRequested)Assert.Single(ActivityDecisions.Request(ActivityState.None, command, Context with { Now = now }).Events);
}
