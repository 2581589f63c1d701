using Platform.Activities;
using Platform.Grains.Activities;

namespace Platform.Grains.UnitTests.Activities;

/// <summary>Re-computing the cost of activities.</summary>
public sealed class ReRatingTests
{
    private static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly Dictionary<string, IReadOnlyList<PriceVersion>> History = new()
    {
        ["form"] =
        [
            new PriceVersion(1, null, "Form", [new UnitPrice(10, Eur)], [], 0, null, null),
            new PriceVersion(2, null, "Form", [new UnitPrice(10, Eur)], [new PriceTier(5, new UnitPrice(20, Eur))], 2, null, null),
        ],
    };

    [Fact]
    public void Re_rating_by_the_recorded_version_gives_the_same_cost()
    {
        var rating = Rate(
            Form(3, 30, version: 1, used: 0), Form(3, 40, version: 2, used: 1), Form(2, 20, version: 2, used: 5),
            Form(1, 100, version: 0, used: 9));
        Assert.Equal((4, 0, 0), (rating.Count, rating.Differences, rating.WithoutInputs));
        Assert.Equal([new Money(190, Eur)], rating.ReRated);
        Assert.Equal(rating.Recorded, rating.ReRated);
    }

    [Fact]
    public void A_cost_that_does_not_match_its_inputs_is_reported()
    {
        var wrong = Form(3, 31, version: 1, used: 0);
        var unknown = Form(3, 30, version: 3, used: 0);
        var rating = Rate(Form(1, 10, version: 1, used: 0), wrong, unknown);
        Assert.Equal(2, rating.Differences);
        Assert.Equal(
            [new RatingMismatch(wrong.Id, "form", 1, new Money(31, Eur), new Money(30, Eur), RatingFault.Inputs),
            new RatingMismatch(unknown.Id, "form", 3, new Money(30, Eur), null, RatingFault.Inputs)], rating.Mismatches);
    }

    [Fact]
    public void An_activity_without_inputs_costs_unit_price_times_quantity()
    {
        var rating = Rate(Form(3, 30, null, null), Form(3, 31, null, null));
        Assert.Equal((2, 1), (rating.WithoutInputs, rating.Differences));
    }

    [Fact]
    public void An_activity_that_paid_too_much_because_of_a_cancelled_authorisation_is_reported()
    {
        // Two units are free. An authorisation took them and was cancelled; earlier builds then charged the next activity for the same
        // units.
        var rating = Rate(InMonth(2, 1, 40, used: 2), InMonth(2, 2, 40, used: 2), InMonth(1, 3, 20, used: 4));
        Assert.Equal((3, 1), (rating.Count, rating.Differences));
        Assert.Equal([new Money(100, Eur)], rating.Recorded);
        Assert.Equal([new Money(60, Eur)], rating.ReRated);
        var mismatch = Assert.Single(rating.Mismatches);
        Assert.Equal((new Money(40, Eur), new Money(0, Eur), RatingFault.Place), (mismatch.Recorded, mismatch.ReRated, mismatch.Why));
    }

    [Fact]
    public void An_open_authorisation_keeps_its_units()
    {
        var rating = Rate(InMonth(2, 1, 0, used: 0) with { Counts = false }, InMonth(2, 2, 40, used: 2));
        Assert.Equal((1, 0), (rating.Count, rating.Differences));
    }

    [Fact]
    public void Users_types_and_months_are_rated_separately_and_units_in_a_gap_are_correct()
    {
        var other = Guid.Parse("01932f3a-7c00-7000-8000-0000000000b2");
        var rating = Rate(
            InMonth(2, 1, 40, used: 2), InMonth(2, 2, 0, used: 0), InMonth(2, 3, 0, used: 0) with { Month = "2026-12" },
            InMonth(2, 1, 0, used: 0) with { UserId = other },
            InMonth(3, 2, 40, used: 2) with { UserId = other, Places = [new(2, 1), new(9, 2)] },
            InMonth(6, 3, 80, used: 3) with { UserId = other });
        Assert.Equal((6, 0), (rating.Count, rating.Differences));
    }

    private static ReRating Rate(params RatedActivity[] activities)
    {
        var rating = new ReRating(History);
        foreach (var activity in activities)
        {
            rating.Add(activity);
        }

        rating.End();
        return rating;
    }

    private static RatedActivity Form(int quantity, long cost, int? version, long? used) =>
        new(new Guid((int)cost, (short)quantity, (short)(version ?? -1), new byte[8]), DateTimeOffset.UnixEpoch, "form", quantity,
            new Money(cost, Eur), new UnitPrice(10, Eur), version, used is { } before ? (Quantity)before : null);

    private static RatedActivity InMonth(int quantity, int day, long cost, int used) => Form(quantity, cost, version: 2, used) with
    {
        Id = new Guid(day, (short)quantity, (short)used, new byte[8]), At = new DateTimeOffset(2026, 11, day, 0, 0, 0, TimeSpan.Zero),
        Month = "2026-11",
    };
}
