using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// From which buckets an amount is taken: promotional credit of a priority below 50, then paid money, then other credit, then what
/// the credit limit adds. Among credits the lowest priority goes first, then what expires first, then the oldest.
/// </summary>
public static class Buckets
{
    private const int PriorityOfPaid = 50;

    /// <summary>Postings of an available amount into an account; null where all of it is paid money.</summary>
    public static IReadOnlyList<Posting>? Take(WalletState state, long amount, LedgerAccount to)
    {
        if (state.Credits.IsEmpty)
        {
            return null;
        }

        List<Posting> postings = [];
        var credits = state.Credits.Where(credit => credit.Remaining > 0)
            .OrderBy(credit => credit.Priority).ThenBy(credit => credit.ExpiresAt ?? DateTimeOffset.MaxValue).ThenBy(credit => credit.Bucket).ToList();
        var left = amount;
        foreach (var credit in credits.Where(credit => credit.Priority < PriorityOfPaid))
        {
            Promotional(credit);
        }

        var paid = Math.Min(left, Math.Max(0, state.Paid));
        left -= paid;
        var later = credits.Where(credit => credit.Priority >= PriorityOfPaid).Sum(credit => credit.Remaining);
        paid += Math.Max(0, left - later); // On credit, where nothing else is left.
        left -= Math.Max(0, left - later);
        if (paid > 0)
        {
            postings.Add(new Posting(LedgerAccount.Wallet, to, paid));
        }

        foreach (var credit in credits.Where(credit => credit.Priority >= PriorityOfPaid))
        {
            Promotional(credit);
        }

        return postings;

        void Promotional(Credit credit)
        {
            var part = Math.Min(left, credit.Remaining);
            if (part > 0)
            {
                postings.Add(new Posting(LedgerAccount.Promotional, to, part, credit.Bucket));
                left -= part;
            }
        }
    }

    /// <summary>The first of these parts, up to an amount, and the rest.</summary>
    public static (List<Part> First, List<Part> Left) Split(IReadOnlyList<Part> parts, long amount)
    {
        List<Part> first = [], rest = [];
        foreach (var part in parts)
        {
            var taken = Math.Min(amount, part.Amount);
            amount -= taken;
            if (taken > 0)
            {
                first.Add(part with { Amount = taken });
            }

            if (taken < part.Amount)
            {
                rest.Add(part with { Amount = part.Amount - taken });
            }
        }

        return (first, rest);
    }
}
