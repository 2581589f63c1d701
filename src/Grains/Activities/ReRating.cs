using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>What an activity was rated by, and what it cost.</summary>
public sealed record RatedActivity(Guid Id, DateTimeOffset At, string Type, int Quantity, Money Cost, Money UnitPrice, int? PriceVersion, long? UsedBefore);

/// <summary>An activity whose recorded cost is not what its recorded inputs give. ReRated is null where its price version is not there.</summary>
public sealed record RatingMismatch(Guid Id, string Type, int? PriceVersion, Money Recorded, Money? ReRated);

/// <summary>
/// Works out again what activities cost, from the inputs recorded with each and the history of prices: a dry run, which must equal what
/// was charged. Activities before inputs were recorded are unit price times quantity.
/// </summary>
public sealed class ReRating(IReadOnlyDictionary<string, IReadOnlyList<PriceVersion>> history)
{
    public const int MaxMismatches = 100;

    private readonly SortedDictionary<string, Int128> _recorded = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Int128> _reRated = new(StringComparer.Ordinal);
    private readonly List<RatingMismatch> _mismatches = [];

    public long Count { get; private set; }

    /// <summary>How many had no inputs recorded.</summary>
    public long WithoutInputs { get; private set; }

    public long Differences { get; private set; }

    /// <summary>The first of those that differ.</summary>
    public IReadOnlyList<RatingMismatch> Mismatches => _mismatches;

    public IReadOnlyList<Money> Recorded => Sums(_recorded);

    public IReadOnlyList<Money> ReRated => Sums(_reRated);

    public void Add(RatedActivity activity)
    {
        Count++;
        WithoutInputs += activity.PriceVersion is null ? 1 : 0;
        var cost = CostOf(activity);
        Sum(_recorded, activity.Cost);
        if (cost is { } sum)
        {
            Sum(_reRated, sum);
        }

        if (cost != activity.Cost)
        {
            Differences++;
            if (_mismatches.Count < MaxMismatches)
            {
                _mismatches.Add(new RatingMismatch(activity.Id, activity.Type, activity.PriceVersion, activity.Cost, cost));
            }
        }
    }

    private Money? CostOf(RatedActivity activity)
    {
        if (activity is not { PriceVersion: { } version, UsedBefore: { } used })
        {
            return activity.UnitPrice * activity.Quantity;
        }

        return PriceOf(activity.Type, version, activity.Cost.Currency) is { } price ? Pricing.Rate(price, activity.Quantity, used).Value?.Cost : null;
    }

    private ActivityPrice? PriceOf(string type, int version, Currency currency) =>
        version == 0 ? ActivityPrice.BuiltIn(currency)
        : history.TryGetValue(type, out var versions) && version <= versions.Count && versions[version - 1] is var set
            ? ActivityPrice.Of(version, set.UnitPrices, set.Tiers, set.FreeAllowance, currency)
            : null;

    private static void Sum(SortedDictionary<string, Int128> sums, Money amount) =>
        sums[amount.Currency.Code] = sums.GetValueOrDefault(amount.Currency.Code) + amount.Minor;

    private static Money[] Sums(SortedDictionary<string, Int128> sums) =>
        [.. sums.Select(sum => new Money(checked((long)sum.Value), Currency.Parse(sum.Key)))];
}
