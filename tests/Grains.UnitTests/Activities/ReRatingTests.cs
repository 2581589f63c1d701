using Platform.Activities;
using Platform.Grains.Activities;

namespace Platform.Grains.UnitTests.Activities;

/// <summary>Working out again what activities cost.</summary>
public sealed class ReRatingTests
{
    private static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly Dictionary<string, IReadOnlyList<PriceVersion>> History = new()
    {
        ["form"] =
        [
            new PriceVersion(1, null, "Form", [new Money(10, Eur)], [], 0, null, null),
            new PriceVersion(2, null, "Form", [new Money(10, Eur)], [new PriceTier(5, new Money(20, Eur))], 2, null, null),
        ],
    };

    [Fact]
    public void What_was_rated_by_its_own_version_comes_out_the_same()
    {
        var rating = Rate(Form(3, 30, version: 1, used: 0), Form(3, 40, version: 2, used: 1), Form(2, 20, version: 2, used: 5), Form(1, 100, version: 0, used: 9));
        Assert.Equal((4, 0, 0), (rating.Count, rating.Differences, rating.WithoutInputs));
        Assert.Equal([new Money(190, Eur)], rating.ReRated);
        Assert.Equal(rating.Recorded, rating.ReRated);
    }

    [Fact]
    public void A_cost_that_its_inputs_do_not_give_is_named()
    {
        var wrong = Form(3, 31, version: 1, used: 0);
        var unknown = Form(3, 30, version: 3, used: 0);
        var rating = Rate(Form(1, 10, version: 1, used: 0), wrong, unknown);
        Assert.Equal(2, rating.Differences);
        Assert.Equal([new RatingMismatch(wrong.Id, "form", 1, new Money(31, Eur), new Money(30, Eur)), new RatingMismatch(unknown.Id, "form", 3, new Money(30, Eur), null)], rating.Mismatches);
    }

    [Fact]
    public void What_has_no_inputs_is_unit_price_times_quantity()
    {
        var rating = Rate(Form(3, 30, null, null), Form(3, 31, null, null));
        Assert.Equal((2, 1), (rating.WithoutInputs, rating.Differences));
    }

    private static ReRating Rate(params RatedActivity[] activities)
    {
        var rating = new ReRating(History);
        foreach (var activity in activities)
        {
            rating.Add(activity);
        }

        return rating;
    }

    private static RatedActivity Form(int quantity, long cost, int? version, long? used) =>
        new(new Guid((int)cost, (short)quantity, (short)(version ?? -1), new byte[8]), DateTimeOffset.UnixEpoch, "form", quantity, new Money(cost, Eur), new Money(10, Eur), version, used);
}
