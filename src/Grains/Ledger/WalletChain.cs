using Platform.Grains.Wallets;
using Platform.Identity;
using Platform.Wallets;

namespace Platform.Grains.Ledger;

/// <summary>
/// Verifies the transactions of one wallet in order: sequences without gaps, the hash chain, postings between known accounts, and the
/// resulting balances. Reports the first fault.
/// </summary>
public sealed class WalletChain
{
    private static readonly bool[] Known = KnownAccounts();
    private readonly long[] _accounts = new long[Known.Length];

    /// <summary>The last valid sequence.</summary>
    public long Sequence { get; private set; }

    public Digest Head { get; private set; }

    public long Balance { get; private set; }

    /// <summary>Verifies the next transaction. Returns its fault and does not advance, or returns null.</summary>
    public LedgerFault? Accept(WalletTransactionRow row)
    {
        if (row.Sequence != Sequence + 1)
        {
            return row.Sequence <= Sequence
                ? Fault(row, row.Sequence, FaultKind.Sequence, $"sequence {row.Sequence} follows {Sequence}")
                : Fault(row, Sequence + 1, FaultKind.Missing, $"the next one that is there is {row.Sequence}");
        }

        var hash = LedgerChain.HashOf(Head, row);
        if (hash != row.Hash)
        {
            return Fault(row, row.Sequence, FaultKind.Hash, "its hash does not follow from what it says and from the hash before");
        }

        if (Post(row) is { } fault)
        {
            return fault;
        }

        (Sequence, Head, Balance) = (row.Sequence, hash, row.BalanceAfter);
        return null;
    }

    private LedgerFault? Post(WalletTransactionRow row)
    {
        const int Width = 4;
        var flat = row.Postings;
        if (flat.Length == 0 || flat.Length % Width != 0)
        {
            return Fault(row, row.Sequence, FaultKind.Postings, "it has no postings of four numbers each");
        }

        for (var i = 0; i < flat.Length; i += Width)
        {
            var (from, to, amount) = (flat[i], flat[i + 1], flat[i + 2]);
            if (!IsKnown(from) || !IsKnown(to) || from == to || amount <= 0 || flat[i + 3] < 0)
            {
                return Fault(row, row.Sequence, FaultKind.Postings, $"{amount} from account {from} to {to} is no posting");
            }

            // Sums of tampered amounts may overflow; the comparison below then fails.
            unchecked
            {
                _accounts[from] -= amount;
                _accounts[to] += amount;
            }
        }

        var held = _accounts[(int)LedgerAccount.Held];
        var balance = unchecked(
            _accounts[(int)LedgerAccount.Wallet] + _accounts[(int)LedgerAccount.Promotional] + held + _accounts[(int)LedgerAccount.Leased]);
        return balance != row.BalanceAfter
            ? Fault(row, row.Sequence, FaultKind.Balance, $"its postings leave a balance of {balance}, it says {row.BalanceAfter}")

                : held != row.HeldAfter
                ? Fault(row, row.Sequence, FaultKind.Balance, $"its postings leave {held} held, it says {row.HeldAfter}")
            : null;
    }

    private static LedgerFault Fault(WalletTransactionRow row, long sequence, FaultKind kind, string detail) =>
        new(kind, row.Key.Id, sequence, detail);

    private static bool IsKnown(long account) => account > 0 && account < Known.Length && Known[account];

    private static bool[] KnownAccounts()
    {
        var accounts = Enum.GetValues<LedgerAccount>();
        var known = new bool[(int)accounts.Max() + 1];
        foreach (var account in accounts)
        {
            known[(int)account] = true;
        }

        return known;
    }
}
