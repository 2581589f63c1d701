using System.Text;
using Platform.Activities;
using Platform.Grains.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Grains.UnitTests.Common;
using Platform.Wallets;

namespace Platform.Grains.UnitTests.Activities;

/// <summary>The end of authorised activities.</summary>
public sealed class ClosingDecisionsTests
{
    private static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly EntityKey Key = EntityKey.Of(Caller.Platform);
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid HoldId = Guid.Parse("01932f3a-7c00-7000-8000-0000000000d4");
    private static readonly ActivityState Open = Authorised(usedBefore: 1);

    [Fact]
    public void It_is_authorised_until_its_hold_expires()
    {
        Assert.Equal((ActivityStatus.Authorised, 550L, Now.AddSeconds(60)), (Open.Status, Open.Cost, Open.Authorised!.ExpiresAt));
        Assert.Equal(Now.AddSeconds(60), Open.DueAt);
        var free = View(
            Requested(), ActivityDecisions.Authorise(Requested(), new AuthoriseActivity(default, 0, null, null), At(5)), At(5)).Reply!;
        Assert.Equal(Now.AddSeconds(65), free.ExpiresAt);
        Assert.Equal((ActivityStatus.Authorised, 2L), (Open.ToAuthorisedView(Key).Status, Open.ToAuthorisedView(Key).Version));
    }

    [Theory]
    [InlineData(null, 4, 550)]
    [InlineData(2, 2, 200)]
    [InlineData(1, 1, 0)]
    public void A_smaller_quantity_is_rated_by_the_same_price(int? asked, int quantity, long cost)
    {
        var closing = (ActivityClosing)Assert.Single(
            ClosingDecisions.Complete(Open, new CompleteActivity(default, asked is { } number ? (Quantity)number : null), At(1)).Events);
        Assert.Equal((Closing.Complete, quantity, cost), (closing.As, closing.Quantity.Whole, closing.Cost));
        var capture = ActivitySteps.CaptureOf(Open, closing, Key);
        Assert.Equal(cost == 0 ? null : new Money(cost, Eur), capture?.Amount);
    }

    [Fact]
    public void A_part_keeps_its_first_units_and_gives_the_others_back()
    {
        IReadOnlyList<UsageSpan> places = [new(1, 2), new(7, 2)];
        var authorised = Requested();
        authorised = authorised.Apply(Assert.Single(ActivityDecisions.Authorise(
            authorised, new AuthoriseActivity(default, 1, HoldId, Now.AddSeconds(60), places), At(0)).Events));
        Assert.Equal(500, authorised.Cost); // 0 + 200 + 150 + 150
        var closing = (ActivityClosing)Assert.Single(ClosingDecisions.Complete(authorised, new CompleteActivity(default, 3), At(1)).Events);
        Assert.Equal(350, closing.Cost);
        Assert.Equal([new UsageSpan(8, 1)], ClosingDecisions.UnusedOf(authorised, closing, null));
        Assert.Equal(places, ClosingDecisions.UnusedOf(authorised, closing, WalletErrors.Frozen));
        var closed = authorised.Apply(closing);
        var ended = View(closed, ClosingDecisions.Finish(closed, new FinishActivity(default, null, null), At(1)), At(1));
        Assert.Equal([new(1, 2), new(7, 1)], Assert.IsType<ActivityCompleted>(Assert.Single(ended.Events)).Places!);
        Assert.Equal(350, ended.Reply!.Lines!.Sum(line => line.Amount.Minor));
    }

    [Fact]
    public void Only_the_first_of_complete_cancel_and_expiry_is_accepted()
    {
        Func<ActivityState, DecisionContext, Decision<ActivityEvent>>[] ways =
        [
            (state, context) => ClosingDecisions.Complete(state, new CompleteActivity(default), context),
            ClosingDecisions.Cancel,
            ClosingDecisions.Expire,
        ];
        foreach (var (first, at) in new[] { (0, 59), (1, 59), (2, 60) })
        {
            var closed = Open.Apply(Assert.Single(ways[first](Open, At(at)).Events));
            Assert.All(ways, way => Assert.Empty(way(closed, At(61)).Events));
        }
    }

    [Fact]
    public void It_cannot_be_completed_or_cancelled_after_expiry_and_does_not_expire_before()
    {
        Assert.Equal("authorisation-expired", ClosingDecisions.Complete(Open, new CompleteActivity(default), At(60)).Error?.Code);
        Assert.Equal("authorisation-expired", ClosingDecisions.Cancel(Open, At(60)).Error?.Code);
        Assert.Empty(ClosingDecisions.Expire(Open, At(59)).Events);
        Assert.Null(ClosingDecisions.Expire(Open, At(59)).Error);
    }

    [Fact]
    public void Refused_commands_change_nothing()
    {
        Assert.Equal("quantity-exceeds-authorised", ClosingDecisions.Complete(Open, new CompleteActivity(default, 5), At(1)).Error?.Code);
        Assert.Equal("invalid-quantity", ClosingDecisions.Complete(Open, new CompleteActivity(default, 0), At(1)).Error?.Code);
        Assert.Equal("not-authorised", ClosingDecisions.Complete(Requested(), new CompleteActivity(default), At(1)).Error?.Code);
        Assert.Equal("not-found", ClosingDecisions.Complete(ActivityState.None, new CompleteActivity(default), At(1)).Error?.Code);
    }

    [Fact]
    public void It_ends_according_to_the_reply_of_the_wallet()
    {
        Assert.Equal(ActivityStatus.Completed, Ends(Closing.Complete, null));
        Assert.Equal(ActivityStatus.Expired, Ends(Closing.Complete, WalletErrors.HoldExpired));
        Assert.Equal(ActivityStatus.Declined, Ends(Closing.Complete, WalletErrors.Frozen));
        Assert.Equal(ActivityStatus.Cancelled, Ends(Closing.Cancel, null));
        Assert.Equal(ActivityStatus.Expired, Ends(Closing.Expire, null));
    }

    [Fact]
    public void Steps_are_the_same_commands_each_time_and_no_two_share_an_operation()
    {
        var (request, closing) = (Open.Request!, new ActivityClosing(Closing.Complete, 4, 550, Now));
        Command[] steps =
        [
            ActivitySteps.TakeOf(request, Key)!, ActivitySteps.HoldOf(request, 550, Key),
            ActivitySteps.AuthoriseOf(request, Key, new Usage(1), null),
            ActivitySteps.CaptureOf(Open, closing, Key)!, ActivitySteps.VoidOf(Open, Key)!,
            ActivitySteps.GiveBackOf(request, Key, [new UsageSpan(3, 1)]),
            ActivitySteps.FinishOf(request, Key, null, null), ActivitySteps.ExpireOf(request, Key), ActivitySteps.ChargeOf(request, 5, Key),
            ActivitySteps.EndOf(request, Key, null, null, new Usage(1)),
        ];
        Assert.Equal(steps.Length, steps.Select(step => step.Context.Operation).Distinct().Count());
        Assert.Equal("report-generation", ActivitySteps.HoldOf(request, 550, Key).ActivityType);
        Assert.Equal(ActivitySteps.HoldOf(request, 550, Key), ActivitySteps.HoldOf(request, 550, Key));
    }

    [Fact]
    public void Events_and_state_survive_the_json_of_the_journal()
    {
        ActivityEvent[] events =
        [
            Open.Request!, Open.Authorised!, new ActivityClosing(Closing.Complete, 2, 200, Now),
            new ActivityCompleted("report-generation", 2, 200, "EUR", HoldId, 1, Now),
        ];
        var copies = JournalJson.Read<ActivityEvent[]>(Encoding.UTF8.GetString(JournalJson.Write(events)));
        Assert.Equal(JournalJson.Write(events), JournalJson.Write(copies));
        foreach (var last in (ActivityEvent[])[events[3], new ActivityCancelled(Now), new ActivityExpired(Now)])
        {
            var state = copies[..3].Append(last).Aggregate(ActivityState.None, (current, @event) => current.Apply(@event));
            var copy = JournalJson.Read<ActivityState>(Encoding.UTF8.GetString(JournalJson.Write(state)));
            Assert.Equal(JournalJson.Write(state.ToView(Key, 4)), JournalJson.Write(copy.ToView(Key, 4)));
            Assert.Null(state.DueAt);
        }
    }

    private static ActivityStatus? Ends(Closing closing, Error? refusal)
    {
        var closed = Open.Apply(new ActivityClosing(closing, 4, 550, Now));
        return View(closed, ClosingDecisions.Finish(closed, new FinishActivity(default, null, refusal), At(1)), At(1)).Reply?.Status;
    }

    private static Decided<ActivityState, ActivityEvent, ActivityView> View(
        ActivityState state, Decision<ActivityEvent> decision, DecisionContext context) =>
        decision.Accept(new ActivityDefinition(), state, context, ActivityDefinition.View);

    // Two units are free, up to the fourth they cost 200, then 150. After one used unit, four cost 0 + 200 + 200 + 150.
    private static ActivityState Requested()
    {
        var price = new ActivityPrice(4, new UnitPrice(150, Eur), [new PriceTier(4, new UnitPrice(200, Eur))], 2);
        var perform = new PerformActivity(
            default, "report-generation", 4, price.UnitPrice, Guid.Empty, Guid.Empty, null, null, price, "UTC", 60);
        return ActivityState.None.Apply(Assert.Single(ActivityDecisions.Request(ActivityState.None, perform, At(0)).Events));
    }

    private static ActivityState Authorised(long usedBefore)
    {
        var requested = Requested();
        return requested.Apply(
            Assert.Single(
                ActivityDecisions.Authorise(
                    requested, new AuthoriseActivity(default, usedBefore, HoldId, Now.AddSeconds(60)), At(0)).Events));
    }

    private static DecisionContext At(int seconds) => new(Key, 3, default, Now.AddSeconds(seconds));
}
