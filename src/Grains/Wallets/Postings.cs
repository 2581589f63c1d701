using Platform.Wallets;
using static Platform.Wallets.LedgerAccount;

namespace Platform.Grains.Wallets;

/// <summary>The postings of a transaction, and sums over them.</summary>
public static class Postings
{
    public static IReadOnlyList<Posting> Of(WalletMoved moved) => moved.Postings ?? [Implied(moved.Type, moved.Amount)];

    /// <summary>The posting of a transaction that moves only paid money. It is implied by the type and not stored in the event.</summary>
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

    /// <summary>The net amount that the postings move into an account; negative if they take from it.</summary>
    public static long Into(this IReadOnlyList<Posting> postings, LedgerAccount account) => postings.Into(one => one == account);

    /// <summary>The net amount that the postings add to the balance of the wallet, over all accounts that belong to it.</summary>
    public static long IntoBalance(this IReadOnlyList<Posting> postings) =>
        postings.Into(static account => account is Wallet or Promotional or Held or Leased);

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
