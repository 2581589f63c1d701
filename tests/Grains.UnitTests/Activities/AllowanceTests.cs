using FsCheck;
using FsCheck.Fluent;
using Platform.Activities;
using Platform.Grains.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Grains.UnitTests.Common;

namespace Platform.Grains.UnitTests.Activities;

/// <summary>Units that were taken but not used go to the next activity, in any order of authorising, performing and ending.</summary>
public sealed class AllowanceTests
{
    private const string Month = "2026-11";
    private const int Allowance = 10;
    private static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly ActivityPrice Price = new(1, new UnitPrice(100, Eur), null, Allowance);
    private static readonly DecisionContext Context = new(EntityKey.Of(Caller.Platform), 1, default, default);

    private static readonly Gen<(int Act, int Which, int Millionths)[]> Acts =
        from acts in (
            from act in Gen.Choose(0, 5) from which in Gen.Choose(0, 1_000) from millionths in Gen.Choose(
                1, 8_000_000) select (act, which, millionths)).ListOf()
        select acts.ToArray();

    [Fact]
    public void A_cancelled_authorisation_gives_its_free_units_to_the_next_one()
    {
        var (state, authorised) = Take(MeterState.Empty, 10);
        (state, var charged) = Take(state, 10);
        Assert.Equal((0, 1_000), (CostOf(authorised), CostOf(charged)));
        state = GiveBack(state, authorised);
        (state, var next) = Take(state, 10);
        Assert.Equal(0, CostOf(next));
        Assert.Equal(1_000, CostOf(Take(state, 10).Places));
    }

    [Fact]
    public void An_unused_part_is_given_back_and_a_later_activity_takes_it_first()
    {
        var (state, authorised) = Take(MeterState.Empty, 10);
        (state, _) = Take(state, 5);
        state = GiveBack(state, [new UsageSpan(4, 6)]);
        Assert.Equal([new UsageSpan(0, 10)], authorised);
        var (after, next) = Take(state, 8);
        Assert.Equal([new UsageSpan(4, 6), new UsageSpan(15, 2)], next);
        Assert.Equal((200, 17), (CostOf(next), after.Used(Month, "form").Whole));
    }

    [Fact]
    public void Units_given_back_after_the_month_has_ended_belong_to_the_month_they_were_taken_in()
    {
        var (state, november) = Take(MeterState.Empty, 10);
        (state, var december) = Take(state, 4, "2026-12");
        Assert.Equal([new UsageSpan(0, 4)], december);
        state = GiveBack(state, november);
        Assert.Equal((0, 4), (state.Used(Month, "form").Whole, state.Used("2026-12", "form").Whole));
        Assert.Equal([new UsageSpan(4, 1)], Take(state, 1, "2026-12").Places);
    }

    [Fact]
    public void In_any_order_the_meter_counts_only_units_that_were_not_given_back() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll(Acts.ToArbitrary(), acts =>
        {
            var state = MeterState.Empty;
            var (open, performed) = (new List<IReadOnlyList<UsageSpan>>(), new List<IReadOnlyList<UsageSpan>>());
            foreach (var (act, which, millionths) in acts)
            {
                var before = JournalJson.Write(state.Months.GetValueOrDefault(Month));
                var free = open.Concat(performed).Sum(FreeOf);
                switch (act)
                {
                    case 0 or 1:
                        (state, var taken) = Take(state, new Quantity(millionths));
                        Assert.Equal(Math.Min(millionths, (Allowance * Quantity.PerUnit) - free), FreeOf(taken));
                        (act == 0 ? open : performed).Add(taken);
                        break;
                    case 2: // Refused by the wallet.
                        (state, var refused) = Take(state, new Quantity(millionths));
                        state = GiveBack(state, refused);
                        Assert.True(
                            state.Used(Month, "form") == 0 || before.AsSpan().SequenceEqual(JournalJson.Write(state.Months[Month])));
                        break;
                    case 3 or 4 or 5 when open.Count > 0: // Cancelled, expired, completed in part.
                        var ended = open[which % open.Count];
                        var kept = act == 5 ? UsageSpans.First(ended, new Quantity(millionths)) : [];
                        var unused = UsageSpans.Except(ended, kept);
                        state = unused.Count > 0 ? GiveBack(state, unused) : state;
                        open.Remove(ended);
                        if (kept.Count > 0)
                        {
                            performed.Add(kept);
                        }

                        break;
                    default:
                        break;
                }

                var all = open.Concat(performed).SelectMany(places => places).OrderBy(place => place.Before.Millionths).ToList();
                Assert.Equal(UsageSpans.Sum(all), state.Used(Month, "form"));
                Assert.All(all.Zip(all.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Before));
                Assert.InRange(open.Concat(performed).Sum(FreeOf), 0, Allowance * Quantity.PerUnit);
            }
        }));

    [Fact]
    public void Events_of_builds_without_places_fold_as_before()
    {
        const string Old = """
            [{"$type":"taken","before":0,"type":"form","month":"2026-11","quantity":10},
             {"$type":"taken","before":10,"type":"form","month":"2026-11","quantity":4},
             {"$type":"given-back","before":14,"type":"form","month":"2026-11","quantity":10}]
            """;
        var state = JournalJson.Read<MeterEvent[]>(Old).Aggregate(MeterState.Empty, (current, @event) => current.Apply(@event));
        Assert.Equal(4, state.Used(Month, "form").Whole);
        Assert.Equal([new UsageSpan(4, 1)], Take(state, 1).Places);

        // An authorisation of such a build after 10 other units, some of which were returned: it returns what is there.
        Assert.Equal(0, GiveBack(state, [new UsageSpan(10, 4)]).Used(Month, "form").Whole);
    }

    [Fact]
    public void A_quantity_uses_a_limited_number_of_gaps_and_the_next_one_uses_the_others()
    {
        var (state, all) = (MeterState.Empty, new List<IReadOnlyList<UsageSpan>>());
        for (var i = 0; i < 400; i++)
        {
            (state, var one) = Take(state, 1);
            all.Add(one);
        }

        state = all.Where((_, index) => index % 2 == 0).Aggregate(state, GiveBack);
        (state, var many) = Take(state, 300);
        Assert.Equal(MonthUse.MaxPlaces, many.Count);
        Assert.Equal((500, 300), (state.Used(Month, "form").Whole, UsageSpans.Sum(many).Whole));
        Assert.Equal([new UsageSpan(126, 1)], Take(state, 1).Places);
    }

    private static (MeterState State, IReadOnlyList<UsageSpan> Places) Take(MeterState state, Quantity quantity, string month = Month)
    {
        var decided = MeterDecisions.Take(state, new TakeUsage(default, "form", month, quantity), Context)
            .Accept(new MeterDefinition(), state, Context, MeterDefinition.UsedBefore(month, "form"));
        return (decided.State, UsageSpans.Of(decided.Reply!.Before, quantity, decided.Reply.Places));
    }

    private static MeterState GiveBack(MeterState state, IReadOnlyList<UsageSpan> places) => state.Apply(Assert.Single(
        MeterDecisions.GiveBack(state, new GiveBackUsage(default, "form", Month, UsageSpans.Sum(places), places), Context).Events));

    private static long CostOf(IReadOnlyList<UsageSpan> places) => Pricing.Rate(Price, places).Value!.Cost.Minor;

    private static long FreeOf(IReadOnlyList<UsageSpan> places) =>
        (long)Pricing.Rate(Price, places).Value!.Lines.Where(line => line.Kind == PriceLineKind.Free)
            .Aggregate(default(Quantity), (sum, line) => sum + line.Units).Millionths;
}
