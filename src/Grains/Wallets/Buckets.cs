using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Chooses the buckets that an amount is taken from: promotional credit with a priority below 50, then paid money, then other promotional
/// credit, then the credit limit. Among promotional credits the order is priority, then expiry, then age.
/// </summary>
public static class Buckets
{
    private const int PriorityOfPaid = 50;

    /// <summary>Returns the postings that move an available amount into an account; null if all of it is paid money.</summary>
    public static IReadOnlyList<Posting>? Take(WalletState state, long amount, LedgerAccount to)
    {
        if (state.Credits.IsEmpty)
        {
            return null;
        }

        List<Posting> postings = [];
        var credits = state.Credits.Where(credit => credit.Remaining > 0)
            .OrderBy(credit => credit.Priority).ThenBy(credit => credit.ExpiresAt ?? DateTimeOffset.MaxValue)
            .ThenBy(credit => credit.Bucket).ToList();
        var left = amount;
        foreach (var credit in credits.Where(credit => credit.Priority < PriorityOfPaid))
        {
            Promotional(credit);
        }

        var paid = Math.Min(left, Math.Max(0, state.Paid));
        left -= paid;
        var later = credits.Where(credit => credit.Priority >= PriorityOfPaid).Sum(credit => credit.Remaining);
        paid += Math.Max(0, left - later); // Uses the credit limit if nothing else remains.
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

    /// <summary>Splits the parts after an amount.</summary>
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
