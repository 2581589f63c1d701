using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Computes from a child's journal what the child has spent since the version its parent has settled. Used if the parent lost the
/// child's reports or never got them.
/// </summary>
public sealed class ChildJournal(Guid childId, Lease lease)
{
    private readonly List<ChildSpending> _spendings = [];
    private long _spent = lease.Version == 0 ? 0 : lease.Settled;

    /// <summary>The first version to read.</summary>
    public long From => lease.Version + 1;

    /// <summary>The unsettled spending, oldest first.</summary>
    public IReadOnlyList<ChildSpending> Unsettled
    {
        get
        {
            if (lease.Version > 0 || _spendings.Count == 0)
            {
                return _spendings;
            }

            // An earlier build settled amounts without a version: everything after the last spending with the settled amount is unsettled.
            var settled = _spendings.FindLastIndex(spending => spending.Spent == lease.Settled);
            return _spendings[(settled < 0 && lease.Settled != 0 ? _spendings.Count - 1 : settled + 1)..];
        }
    }

    public void Add(JournalEntry entry)
    {
        var spent = 0L;
        foreach (var moved in JournalJson.Read<WalletEvent[]>(entry.Events).OfType<WalletMoved>())
        {
            if (moved is not (LeasedIn or LeaseGivenBack))
            {
                var postings = Postings.Of(moved);
                spent = checked(spent - postings.Into(LedgerAccount.Wallet) - postings.Into(LedgerAccount.Held));
            }
        }

        if (spent != 0)
        {
            _spent = checked(_spent + spent);
            _spendings.Add(new ChildSpending(childId, _spent, entry.Version, entry.At));
        }
    }
}
