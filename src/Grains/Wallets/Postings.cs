using Platform.Wallets;
using static Platform.Wallets.LedgerAccount;

namespace Platform.Grains.Wallets;

/// <summary>Between which accounts a transaction moved money.</summary>
public static class Postings
{
    public static IReadOnlyList<Posting> Of(WalletMoved moved) => moved.Postings ?? [Implied(moved.Type, moved.Amount)];

    /// <summary>The one posting of a transaction that touches paid money alone, which is not written with its event.</summary>
    public static Posting Implied(TransactionType type, long amount) => type switch
    {
        TransactionType.Deposit => new(External, Wallet, amount),
        TransactionType.Charge => new(Wallet, Revenue, amount),
        TransactionType.Hold => new(Wallet, Held, amount),
        TransactionType.Capture => new(Held, Revenue, amount),
        TransactionType.Release or TransactionType.Expiry => new(Held, Wallet, amount),
        TransactionType.Refund => new(Revenue, Wallet, amount),
        TransactionType.TransferOut => new(Wallet, LedgerAccount.Transfer, amount),
        TransactionType.TransferIn or TransactionType.TransferReturn => new(LedgerAccount.Transfer, Wallet, amount),
        TransactionType.LeaseOut => new(Wallet, Leased, amount),
        TransactionType.LeaseIn => new(LeaseFunding, Wallet, amount),
        TransactionType.LeaseSettlement => new(Leased, LeaseFunding, amount),
        _ => default,
    };

    /// <summary>What an account gained by these postings; negative where it lost.</summary>
    public static long Into(this IReadOnlyList<Posting> postings, LedgerAccount account) => postings.Into(one => one == account);

    /// <summary>What the balance of the wallet gained by these postings: all the accounts that are part of it together.</summary>
    public static long IntoBalance(this IReadOnlyList<Posting> postings) => postings.Into(static account => account is Wallet or Promotional or Held or Leased);

    private static long Into(this IReadOnlyList<Posting> postings, Func<LedgerAccount, bool> counts)
    {
        var sum = 0L;
        foreach (var posting in postings)
        {
            sum = checked(sum + (counts(posting.To) ? posting.Amount : 0) - (counts(posting.From) ? posting.Amount : 0));
        }

        return sum;
    }
}
