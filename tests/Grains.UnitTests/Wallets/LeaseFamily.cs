using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

/// <summary>
/// A parent and its children without a cluster. Draws, reports and returns happen in the same order as in the grains. Check verifies that
/// no unit of money is in two places.
/// </summary>
internal sealed class LeaseFamily
{
    private readonly ReportedSpending _reported = new();
    private readonly List<(WalletTester Child, Guid Id, bool IsHold)> _spent = [];

    public LeaseFamily(int children, long slice)
    {
        Children = [.. Enumerable.Range(0, children).Select(_ => new WalletTester())];
        Assert.All(Children, child => Assert.True(child.SetBudget(Parent.Id, slice).IsSuccess));
    }

    public WalletTester Parent { get; } = new();

    public IReadOnlyList<WalletTester> Children { get; }

    /// <summary>The state of all wallets as text, to detect changes.</summary>
    public string StateText => string.Join('\n', Children.Append(Parent).Select(wallet => JournalText(wallet.State)));

    public void Pass(TimeSpan time)
    {
        foreach (var wallet in Children.Append(Parent))
        {
            wallet.Now += time;
            wallet.ExpireDue();
        }
    }

    /// <summary>Spends like a grain: refuses first, then draws, and gives back what a refused command drew.</summary>
    public Result<WalletTransaction> Spend(WalletTester child, long amount, bool hold = false, bool frozenAfterDraw = false)
    {
        if (Parent.State.Status == WalletStatus.Frozen)
        {
            return WalletErrors.ParentFrozen;
        }

        var drawn = 0L;
        if (child.State.Slice > 0 && child.RefusalDespiteMoney(amount, hold) is null && amount > child.State.Available)
        {
            Report(child);
            Settle();
            var needed = amount - child.State.Available;
            var slice = Math.Min(child.State.Slice, child.State.Limits.Left(child.State.Spending, child.Day));
            if (Parent.Draw(child.Id, needed, slice, child.State.LeaseSpent, child.Version) is { Value: { } lease })
            {
                Assert.True(child.ReceiveLease(lease.Id, Parent.Id, lease.Amount).IsSuccess);
                drawn = lease.Amount.Minor;
            }
        }

        if (frozenAfterDraw)
        {
            Assert.True(child.Freeze().IsSuccess);
        }

        var result = hold ? child.Hold(amount) : child.Charge(amount);
        if (!result.IsSuccess && drawn > 0)
        {
            GiveBack(child, drawn);
        }

        if (frozenAfterDraw)
        {
            Assert.True(child.Unfreeze().IsSuccess);
        }

        if (result.IsSuccess)
        {
            _spent.Add((child, result.Value.Id, hold));
            Report(child);
        }

        return result;
    }

    /// <summary>Captures, voids or refunds an earlier transaction.</summary>
    public void Correct(Random random)
    {
        if (_spent.Count == 0)
        {
            return;
        }

        var (child, id, isHold) = _spent[random.Next(_spent.Count)];
        if (!isHold)
        {
            child.Refund(id, random.NextInt64(1, 300));
        }
        else if (random.Next(2) == 0)
        {
            child.Void(id);
        }
        else if (child.Capture(id, random.NextInt64(1, 300)) is { Value: { } captured })
        {
            _spent.Add((child, captured.Id, false));
        }

        Report(child);
    }

    public void GiveBack(WalletTester child, long? amount = null)
    {
        if (child.GiveBack(amount) is { Value: { Type: TransactionType.LeaseReturn } given })
        {
            TakeBack(child, given.Id, given.Amount);
        }
    }

    /// <summary>Delivers what a change of a child gave back.</summary>
    public void Return(WalletTester child, long before)
    {
        if (child.Ledger.Count > before && child.Ledger[^1] is { Type: (short)TransactionType.LeaseReturn } given)
        {
            TakeBack(child, given.Id, child.Money(given.Amount));
        }
    }

    // Settles first, because the returned money may include refunds.
    private void TakeBack(WalletTester child, Guid given, Money amount)
    {
        Report(child);
        Settle();
        Assert.True(Parent.TakeBack(child.Id, given, amount, null).IsSuccess);
        Assert.All(Parent.State.Leases.Values, lease => Assert.True(lease.Outstanding >= 0));
    }

    public void Report(WalletTester child) => _reported.Add(child.Spending, child.Day);

    public void Settle() => Assert.Null(Parent.Settle([.. _reported.Take().Select(report => report.Spending)]).Error);

    public void Check()
    {
        var parent = Parent.State;
        var leased = parent.Leases.Values.Sum(lease => lease.Outstanding);
        Assert.Equal(leased, parent.Leased);
        Assert.Equal(parent.Balance, parent.Paid + parent.Promotional + parent.Held + leased);
        Assert.All(parent.Leases.Values, lease => Assert.Equal(lease.Outstanding, lease.Next(lease.Outstanding).Sum(part => part.Amount)));
        Assert.All(
            parent.Leases.Values, lease => Assert.True(lease.Parts is null || lease.Outstanding == lease.Parts.Sum(part => part.Amount)));
        var (left, unsettled) = (0L, 0L);
        foreach (var child in Children)
        {
            var lease = parent.Leases.GetValueOrDefault(child.Id, Lease.None);
            Assert.Equal(lease.Outstanding, child.State.Paid + child.State.Held + child.State.LeaseSpent - lease.Settled);
            Assert.Equal(child.State.LeaseSpent, child.Total(LedgerAccount.Revenue));
            Assert.True(child.State.Paid >= 0);
            left += child.State.Paid + child.State.Held;
            unsettled += child.State.LeaseSpent - lease.Settled;
        }

        // Computes the organisation's total in three ways: from external accounts, from the parent, and from all wallets.
        var members = Children.Append(Parent).ToList();
        var total = -members.Sum(wallet => wallet.Total(LedgerAccount.External) + wallet.Total(LedgerAccount.PromotionFunding) +
            wallet.Total(LedgerAccount.Expired) + wallet.Total(LedgerAccount.Revenue));
        Assert.Equal(total, parent.Balance - unsettled);
        Assert.Equal(total, parent.Balance - leased + left);
        Assert.Equal(total, members.Sum(wallet => wallet.State.Balance + wallet.Total(LedgerAccount.LeaseFunding)));
    }

    private static string JournalText(WalletState state) =>
        System.Text.Encoding.UTF8.GetString(Platform.Grains.Engine.Entities.JournalJson.Write(state));
}
