using System.Text.Json;
using Platform.Grains.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Identity;
using Platform.Grains.Metrics;
using Platform.Grains.Organisations;
using Platform.Grains.Wallets;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Grains.UnitTests.Metrics;

public sealed class MetricMappingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_charge_counts_as_charge_and_revenue_and_reduces_the_balance()
    {
        WalletEvent[] events = [new Charged { Sequence = 1, Amount = 1250, Currency = "USD", Reason = "why" }];

        Assert.Equal(
            [
                Point(WalletMetrics.Charges.Name, "currency=USD", 12.5m), Point(WalletMetrics.Revenue.Name, "currency=USD", 12.5m),
                Point(WalletMetrics.Balances.Name, "currency=USD", -12.5m),
            ],
            MetricMapping.Map(Entry("wallet", Json(events))));
    }

    [Theory]
    [InlineData("USD", 1250, "12.5")]
    [InlineData("JPY", 1250, "1250")]
    [InlineData("KWD", 1250, "1.25")]
    public void Values_are_in_major_units(string currency, long minor, string value)
    {
        WalletEvent[] events =
            [new WalletOpened(Guid.Empty, currency),
            new Deposited { Sequence = 1, Amount = minor, Currency = currency, BalanceAfter = minor, Reference = "x" }];

        var amount = decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(
            [
                Point(WalletMetrics.Opened.Name, $"currency={currency}", 1),
                Point(WalletMetrics.Deposits.Name, $"currency={currency}", amount),
                Point(WalletMetrics.Balances.Name, $"currency={currency}", amount),
            ],
            MetricMapping.Map(Entry("wallet", Json(events))));
    }

    [Fact]
    public void A_completed_activity_counts_its_quantity_by_currency_and_type()
    {
        ActivityEvent[] events = [new ActivityCompleted("report-generation", 3, 300, "EUR", null)];

        Assert.Equal(
            [Point(ActivityMetrics.Activities.Name, "currency=EUR;type=report-generation", 3m)],
            MetricMapping.Map(Entry("activity", Json(events))));
    }

    [Fact]
    public void A_user_counts_once_by_tier_however_often_they_are_invited()
    {
        UserEvent[] invited = [new UserInvited("a@b.c", "A", UserTier.SubUser, null, null, null, null, default, Noon, Noon)];
        UserEvent[] registered = [new UserRegistered("a@b.c", "A", UserTier.SuperAdmin, "h", null, Noon)];

        Assert.Equal([Point(UserMetrics.Users.Name, "tier=sub-user", 1)], MetricMapping.Map(Entry("user", Json(invited))));
        Assert.Equal([Point(UserMetrics.Users.Name, "tier=super-admin", 1)], MetricMapping.Map(Entry("user", Json(registered))));
        Assert.Empty(MetricMapping.Map(Entry("user", Json(invited)) with { Version = 2 }));
    }

    [Fact]
    public void Disabled_users_and_suspended_organisations_count_until_that_ends()
    {
        UserEvent[] users = [new UserDisabled("why"), new UserEnabled()];
        OrganisationEvent[] organisations =
        [
            new OrganisationCreated("A", OrganisationKind.Enterprise, "EUR", "UTC", "en", Noon), new OrganisationSuspended("why", Noon),
            new OrganisationRestored(),
        ];

        Assert.Equal(
            [Point(UserMetrics.Disabled.Name, "", 1), Point(UserMetrics.Disabled.Name, "", -1)],
            MetricMapping.Map(Entry("user", Json(users))));
        Assert.Equal(
            [
                Point(OrganisationMetrics.Organisations.Name, "kind=enterprise", 1), Point(OrganisationMetrics.Suspended.Name, "", 1),
                Point(OrganisationMetrics.Suspended.Name, "", -1),
            ],
            MetricMapping.Map(Entry("organisation", Json(organisations))));
    }

    [Theory]
    [InlineData("""{"$type":"held","amount":5,"currency":"JPY"}""", "")]
    [InlineData("""{"$type":"captured","amount":5,"currency":"JPY"}""", "wallet.charges 5, revenue 5, wallet.balances -5")]
    [InlineData(
        """{"$type":"captured","amount":5,"currency":"JPY","postings":[3,4,5,0,3,1,2,0]}""",
        "wallet.charges 5, revenue 5, wallet.balances -5")]
    [InlineData("""{"$type":"released","amount":5,"currency":"JPY"}""", "")]
    [InlineData("""{"$type":"hold-expired","amount":5,"currency":"JPY"}""", "")]
    [InlineData(
        """{"$type":"refunded","amount":5,"currency":"JPY","postings":[4,2,3,1,4,1,2,0]}""",
        "wallet.refunds 5, revenue -5, wallet.balances 5")]
    [InlineData("""{"$type":"reversed","amount":5,"currency":"JPY","postings":[1,5,5,0]}""", "wallet.deposits -5, wallet.balances -5")]
    [InlineData("""{"$type":"adjusted","amount":5,"currency":"JPY","postings":[7,1,5,0]}""", "wallet.balances 5")]
    [InlineData("""{"$type":"promoted","amount":5,"currency":"JPY","postings":[11,2,5,1]}""", "wallet.balances 5")]
    [InlineData("""{"$type":"credit-expired","amount":5,"currency":"JPY","postings":[2,6,5,1]}""", "wallet.balances -5")]
    [InlineData("""{"$type":"transferred-out","amount":5,"currency":"JPY"}""", "wallet.balances -5")]
    [InlineData("""{"$type":"transferred-in","amount":5,"currency":"JPY"}""", "wallet.balances 5")]
    [InlineData("""{"$type":"transfer-returned","amount":5,"currency":"JPY"}""", "wallet.balances 5")]
    [InlineData("""{"$type":"adjusted","amount":5,"currency":"JPY","postings":[1,9,5,0]}""", "")] // Leased out: still part of the balance.
    // Funded by a lease: part of the parent's balance.
    [InlineData("""{"$type":"adjusted","amount":5,"currency":"JPY","postings":[10,1,5,0]}""", "")]
    public void A_transaction_counts_by_what_it_moves_between_accounts(string @event, string points) => Assert.Equal(
        points,
        string.Join(", ", MetricMapping.Map(Entry("wallet", $"[{@event}]")).Select(point =>
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{point.Metric} {point.Value:0}"))));

    [Fact]
    public void Every_built_in_metric_is_in_the_catalogue() =>
        Assert.All(BuiltInMetrics.Names, metric => Assert.NotNull(BuiltInMetrics.Find(metric)));

    [Theory]
    [InlineData("wallet", """[{"$type":"frozen"}]""")]
    [InlineData("user", """[{"$type":"charged","amount":1,"currency":"USD"}]""")]
    [InlineData("activity", """[{"$type":"requested"},{"$type":"declined"}]""")]
    [InlineData("wallet", "[]")]
    public void Irrelevant_events_are_skipped(string type, string events) => Assert.Empty(MetricMapping.Map(Entry(type, events)));

    [Theory]
    [InlineData("""[{"$type":"charged","amount":"1","currency":"USD"}]""")]
    [InlineData("""[{"$type":"charged","amount":1,"currency":"XXX"}]""")]
    [InlineData("""[{"$type":"charged","currency":"USD"}]""")]
    [InlineData("""{"$type":"charged"}""")]
    [InlineData("no json")]
    public void Unreadable_events_throw(string events) =>
        Assert.ThrowsAny<Exception>(() => MetricMapping.Map(Entry("wallet", events)));

    [Fact]
    public void Dimensions_are_sorted_escaped_and_found_again()
    {
        var text = Dimensions.Of(("type", "a=b;c"), ("currency", "USD"));

        Assert.Equal("currency=USD;type=a%3Db%3Bc", text);
        Assert.True(Dimensions.TryGet(text, "type", out var type));
        Assert.Equal("a=b;c", type);
        Assert.False(Dimensions.TryGet(text, "typ", out _));
    }

    private static string Json<T>(T[] events) => JsonSerializer.Serialize(events, JournalJson.Options);

    private static MetricPoint Point(string metric, string dimensions, decimal value) => new(metric, Noon, dimensions, value);

    private static JournalEntry Entry(string type, string events) => new(
        new Fence(1, 1), Guid.Empty, type, Guid.Empty, 1, Guid.Empty, Guid.Empty, Guid.Empty, Noon, events, "{}");
}
