using System.Text.Json;
using Platform.Grains.Activities;
using Platform.Grains.Common.Entities;
using Platform.Grains.Common.Journal;
using Platform.Grains.Metrics;
using Platform.Grains.Wallets;
using Platform.Metrics;

namespace Platform.Grains.UnitTests.Metrics;

public sealed class MetricMappingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_charge_as_the_wallet_writes_it_counts_as_charge_and_revenue()
    {
        WalletEvent[] events = [new Charged { Sequence = 1, Amount = 1250, Currency = "USD", Reason = "why" }];

        Assert.Equal(
            [Point(BuiltInMetrics.Charges, "currency=USD", 12.5m), Point(BuiltInMetrics.Revenue, "currency=USD", 12.5m)],
            MetricMapping.Map(Entry("wallet", Json(events))));
    }

    [Theory]
    [InlineData("USD", 1250, "12.5")]
    [InlineData("JPY", 1250, "1250")]
    [InlineData("KWD", 1250, "1.25")]
    public void Values_are_in_major_units(string currency, long minor, string value)
    {
        WalletEvent[] events = [new WalletOpened(Guid.Empty, currency), new Deposited { Sequence = 1, Amount = minor, Currency = currency, BalanceAfter = minor, Reference = "x" }];

        var point = Assert.Single(MetricMapping.Map(Entry("wallet", Json(events))));

        Assert.Equal(Point(BuiltInMetrics.Deposits, $"currency={currency}", decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture)), point);
    }

    [Fact]
    public void A_completed_activity_as_it_is_written_counts_its_quantity_by_currency_and_type()
    {
        ActivityEvent[] events = [new ActivityCompleted("report-generation", 3, 300, "EUR", null)];

        Assert.Equal(
            [Point(BuiltInMetrics.Activities, "currency=EUR;type=report-generation", 3m)],
            MetricMapping.Map(Entry("activity", Json(events))));
    }

    [Theory]
    [InlineData("wallet", """[{"$type":"opened","ownerId":"x"},{"$type":"frozen"}]""")]
    [InlineData("user", """[{"$type":"charged","amount":1,"currency":"USD"}]""")]
    [InlineData("activity", """[{"$type":"requested"},{"$type":"declined"}]""")]
    [InlineData("wallet", "[]")]
    public void What_counts_for_nothing_is_skipped(string type, string events) => Assert.Empty(MetricMapping.Map(Entry(type, events)));

    [Theory]
    [InlineData("""[{"$type":"charged","amount":"1","currency":"USD"}]""")]
    [InlineData("""[{"$type":"charged","amount":1,"currency":"XXX"}]""")]
    [InlineData("""[{"$type":"charged","currency":"USD"}]""")]
    [InlineData("""{"$type":"charged"}""")]
    [InlineData("no json")]
    public void What_cannot_be_read_throws_and_is_not_guessed(string events) =>
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
