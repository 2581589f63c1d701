namespace Platform.Grains.Wallets;

/// <summary>
/// The money that a parent has leased to a child: Outstanding is not yet settled, Settled is the total settled up to the child's Version.
/// Parts are the buckets of Outstanding in spending order, Spent the last buckets of Settled; null means paid money only.
/// </summary>
public sealed record Lease(
    long Outstanding, long Settled, IReadOnlyList<Part>? Parts = null, IReadOnlyList<Part>? Spent = null, long Version = 0)
{
    public static readonly Lease None = new(0, 0);

    // Refunds of older spending go into paid money.
    private const int SpentKept = 32;

    private IReadOnlyList<Part> All => Parts ?? (Outstanding > 0 ? [new Part(0, Outstanding)] : []);

    /// <summary>The buckets of the amount that is spent next.</summary>
    public IReadOnlyList<Part> Next(long amount) => Whole(Buckets.Split(All, amount).First, amount);

    /// <summary>The buckets of the amount that would be spent last; these are returned first.</summary>
    public IReadOnlyList<Part> Last(long amount) => Whole(SplitEnd(All, amount).End, amount);

    /// <summary>The buckets of the amount that was spent last, in spending order.</summary>
    public IReadOnlyList<Part> SpentLast(long amount) => Whole(SplitEnd(Spent ?? [], amount).End, amount);

    public Lease Draw(IReadOnlyList<Part> parts) => this with
    {
        Outstanding = checked(Outstanding + Sum(parts)), Parts = Compact([.. All, .. parts]),
    };

    public Lease TakeBack(long amount) => this with
    {
        Outstanding = checked(Outstanding - amount), Parts = Compact(SplitEnd(All, amount).Start),
    };

    /// <summary>Settles parts that the child has spent, or, if isSpent is false, parts that were refunded to it.</summary>
    public Lease Settle(IReadOnlyList<Part> parts, bool isSpent, long spentInAll, long version)
    {
        var amount = Sum(parts);
        var settled = this with { Settled = spentInAll, Version = version };
        return isSpent
            ? settled with
            {
                Outstanding = checked(Outstanding - amount), Parts = Compact(Buckets.Split(All, amount).Left),
                Spent = Compact([.. Spent ?? [], .. parts], SpentKept),
            }
            : settled with
            {
                Outstanding = checked(Outstanding + amount), Parts = Compact([.. parts, .. All]),
                Spent = Spent is { } spent ? Compact(SplitEnd(spent, amount).Start) : null,
            };
    }

    // Splits the parts so that the end has the given amount.
    private static (List<Part> Start, List<Part> End) SplitEnd(IReadOnlyList<Part> parts, long amount) =>
        Buckets.Split(parts, Math.Max(0, Sum(parts) - amount));

    private static long Sum(IReadOnlyList<Part> parts)
    {
        var sum = 0L;
        foreach (var part in parts)
        {
            sum = checked(sum + part.Amount);
        }

        return sum;
    }

    // An amount not covered by buckets is paid money.
    private static List<Part> Whole(List<Part> parts, long amount)
    {
        var rest = amount - Sum(parts);
        if (rest > 0)
        {
            parts.Add(new Part(0, rest));
        }

        return parts;
    }

    private static List<Part>? Compact(IReadOnlyList<Part> parts, int most = int.MaxValue)
    {
        if (parts.All(part => part.Bucket == 0))
        {
            return null;
        }

        List<Part> compact = [];
        foreach (var part in parts)
        {
            if (compact.Count > 0 && compact[^1].Bucket == part.Bucket)
            {
                compact[^1] = part with { Amount = checked(compact[^1].Amount + part.Amount) };
            }
            else
            {
                compact.Add(part);
            }
        }

        return compact.Count > most ? compact[^most..] : compact;
    }
}
