using System.Text.Json;
using Platform.Grains.Activities;
using Platform.Grains.Admin;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Wallets;

namespace Platform.Grains.UnitTests.Admin;

public sealed class PlatformActivityTests
{
    [Fact]
    public void A_wallet_event_is_read_with_its_amount()
    {
        WalletEvent[] events = [new Charged { Sequence = 1, Amount = 1250, Currency = "USD", Reason = "why", Reference = "A-1" }];
        var item = Assert.Single(PlatformActivity.Of(Entry("wallet", JsonSerializer.Serialize(events, JournalJson.Options))));
        Assert.Equal(
            ("wallet.charged", new Money(1250, Currency.Parse("USD")), "why", "A-1"),
            (item.Type, item.Amount, item.Reason, item.Reference));
    }

    [Fact]
    public void An_activity_event_is_read_with_type_quantity_and_cost()
    {
        ActivityEvent[] events = [new ActivityCompleted("report-generation", 3, 300, "EUR", null)];
        var item = Assert.Single(PlatformActivity.Of(Entry("activity", JsonSerializer.Serialize(events, JournalJson.Options))));
        Assert.Equal(
            ("activity.completed", "report-generation", 3L, new Money(300, Currency.Parse("EUR"))),
            (item.Type, item.ActivityType, item.Quantity?.Whole, item.Amount));
    }

    [Fact]
    public void Several_events_of_one_row_are_listed_last_first_with_stable_ids()
    {
        const string Events =
            """[{"$type":"credit-expired","amount":1,"currency":"USD"},{"$type":"charged","amount":2,"currency":"USD"}]""";
        var once = PlatformActivity.Of(Entry("wallet", Events)).ToList();
        Assert.Equal(["wallet.charged", "wallet.credit-expired"], once.Select(item => item.Type));
        Assert.Equal(once.Select(item => item.Id), PlatformActivity.Of(Entry("wallet", Events)).Select(item => item.Id));
        Assert.Equal(2, once.Select(item => item.Id).Distinct().Count());
        Assert.True(once[1].Place.IsBefore(once[0].Place));
        Assert.False(once[0].Place.IsBefore(once[0].Place));
    }

    [Theory]
    [InlineData("user", """[{"$type":"registered","passwordHash":"secret"}]""")]
    [InlineData("wallet", "{}")]
    [InlineData("wallet", """[5,"x",{"no":"type"}]""")]
    public void Users_and_unreadable_events_are_skipped(string type, string events) =>
        Assert.Empty(PlatformActivity.Of(Entry(type, events)));

    [Fact]
    public void An_unreadable_amount_is_omitted()
    {
        var item = Assert.Single(PlatformActivity.Of(Entry("wallet", """[{"$type":"charged","amount":"1","currency":"XXX"}]""")));
        Assert.Null(item.Amount);
    }

    private static JournalEntry Entry(string type, string events) => new(
        new Fence(7, 9), new Guid("01932f3a-7c00-7000-8000-0000000000a1"), type, Guid.Empty, 1, Guid.Empty, Guid.Empty, Guid.Empty, default,
        events, null);
}
