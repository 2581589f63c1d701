using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// What a child has of its parent's money and has not settled, and what it has settled in all, up to a version of it. Parts are the
/// buckets of the first in the order in which they are spent, Spent the last buckets of the second; null is paid money alone.
/// </summary>
public sealed record Lease(
    long Outstanding, long Settled, IReadOnlyList<Part>? Parts = null, IReadOnlyList<Part>? Spent = null, long Version = 0)
{
    public static readonly Lease None = new(0, 0);

    // A refund of what was spent longer ago goes into paid money.
    private const int SpentKept = 32;

    private IReadOnlyList<Part> All => Parts ?? (Outstanding > 0 ? [new Part(0, Outstanding)] : []);

    /// <summary>The buckets of what is spent next.</summary>
    public IReadOnlyList<Part> Next(long amount) => Whole(Buckets.Split(All, amount).First, amount);

    /// <summary>The buckets of what would be spent last: what is given back.</summary>
    public IReadOnlyList<Part> Last(long amount) => Whole(SplitEnd(All, amount).End, amount);

    /// <summary>The buckets that were spent last, in the order in which they were spent.</summary>
    public IReadOnlyList<Part> SpentLast(long amount) => Whole(SplitEnd(Spent ?? [], amount).End, amount);

    public Lease Draw(IReadOnlyList<Part> parts) => this with
    {
        Outstanding = checked(Outstanding + Sum(parts)), Parts = Compact([.. All, .. parts]),
    };

    public Lease TakeBack(long amount) => this with
    {
        Outstanding = checked(Outstanding - amount), Parts = Compact(SplitEnd(All, amount).Start),
    };

    /// <summary>The parts are those that were spent, or, where the child got money back, those that are there to be spent again.</summary>
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

    // An amount from the end of the parts, and what stands before it.
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

    // What the buckets do not tell is paid money.
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
