using System.Text;
using Platform.Activities;
using Platform.Grains.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Grains.UnitTests.Common;

namespace Platform.Grains.UnitTests.Activities;

/// <summary>The usage of a user in a month.</summary>
public sealed class MeterTests
{
    private static readonly DecisionContext Context = new(EntityKey.Of(Caller.Platform), 1, default, default);

    [Fact]
    public void Each_quantity_follows_those_taken_before_it()
    {
        var (state, first) = Take(MeterState.Empty, "form", "2026-11", 3);
        (state, var second) = Take(state, "form", "2026-11", 4);
        Assert.Equal((0, 3, 7), (first.Whole, second.Whole, state.Used("2026-11", "form").Whole));
    }

    [Fact]
    public void Types_and_months_are_counted_separately()
    {
        var (state, _) = Take(MeterState.Empty, "form", "2026-11", 3);
        Assert.Equal(0, Take(state, "report", "2026-11", 1).Before.Whole);
        Assert.Equal(0, Take(state, "form", "2026-12", 1).Before.Whole);
    }

    [Fact]
    public void Only_the_last_months_are_kept_and_older_ones_take_nothing_back()
    {
        var state = Enumerable.Range(1, 12)
            .Aggregate(MeterState.Empty, (current, month) => Take(current, "form", $"2026-{month:00}", 2).State);
        Assert.Equal(["2026-10", "2026-11", "2026-12"], state.Months.Keys);
        Assert.Empty(MeterDecisions.GiveBack(state, new GiveBackUsage(default, "form", "2026-01", 2), Context).Events);
    }

    [Fact]
    public void Giving_back_reports_the_usage_before_even_if_too_little_was_used()
    {
        var (state, _) = Take(MeterState.Empty, "form", "2026-11", 3);
        foreach (var (units, events) in new[] { (2, 1), (4, 0) })
        {
            var given = MeterDecisions.GiveBack(state, new GiveBackUsage(default, "form", "2026-11", units), Context)
                .Accept(new MeterDefinition(), state, Context, MeterDefinition.UsedBefore("2026-11", "form"));
            Assert.Equal((new Usage(3), events), (given.Reply, given.Events.Length));
        }
    }

    [Fact]
    public void A_month_has_a_maximum_usage()
    {
        var full = MeterState.Empty.Apply(new UsageTaken("form", "2026-11", 5, Pricing.MaxUsage - 5));
        Assert.Equal("usage-too-large", MeterDecisions.Take(full, new TakeUsage(default, "form", "2026-11", 1), Context).Error?.Code);
        Assert.Equal(
            "invalid-quantity", MeterDecisions.Take(MeterState.Empty, new TakeUsage(default, "form", "2026-11", 0), Context).Error?.Code);
    }

    [Fact]
    public void Events_and_state_survive_the_json_of_the_journal_and_events_contain_the_reply()
    {
        MeterEvent[] events = [new UsageTaken("form", "2026-11", 3, 7), new UsageGivenBack("form", "2026-11", 1, 10)];
        var copies = JournalJson.Read<MeterEvent[]>(Encoding.UTF8.GetString(JournalJson.Write(events)));
        Assert.Equal(events, copies);
        var state = copies.Aggregate(MeterState.Empty, (current, @event) => current.Apply(@event));
        Assert.Equal(9, JournalJson.Read<MeterState>(Encoding.UTF8.GetString(JournalJson.Write(state))).Used("2026-11", "form").Whole);
        var reply = MeterDefinition.UsedBefore("2026-11", "form");
        Assert.False(reply.IsStored);
        Assert.Equal((new Usage(7), new Usage(10)), (reply.FromEvents([events[0]], default), reply.FromEvents([events[1]], default)));
    }

    private static (MeterState State, Quantity Before) Take(MeterState state, string type, string month, Quantity quantity)
    {
        var decided = MeterDecisions.Take(state, new TakeUsage(default, type, month, quantity), Context)
            .Accept(new MeterDefinition(), state, Context, MeterDefinition.UsedBefore(month, type));
        return (decided.State, decided.Reply!.Before);
    }
}
