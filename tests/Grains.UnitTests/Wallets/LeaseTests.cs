using Platform.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

/// <summary>A parent and its children: no unit of money is ever in two places.</summary>
public sealed class LeaseTests
{
    [Fact]
    public void Random_sequences_keep_the_parents_free_money_and_its_leases_equal_to_its_balance()
    {
        for (var run = 0; run < 1_000; run++)
        {
            var random = new Random(run);
            var parent = new WalletTester();
            Assert.True(parent.Deposit(10_000).IsSuccess);
            var children = Enumerable.Range(0, 3).Select(_ => new WalletTester()).ToList();
            Assert.All(children, child => Assert.True(child.SetBudget(parent.Id, 50).IsSuccess));
            var charges = new List<(WalletTester Child, Guid Id)>();
            for (var step = random.Next(5, 40); step > 0; step--)
            {
                var child = children[random.Next(3)];
                var amount = random.NextInt64(1, 400);
                switch (random.Next(6))
                {
                    case 0 or 1 or 2:
                        if (amount > child.State.Available &&
                            parent.Draw(
                                child.Id, amount - child.State.Available, child.State.Slice,
                                child.State.LeaseSpent) is { Value: { } lease })
                        {
                            Deliver(parent, child, lease, refused: random.Next(5) == 0);
                        }

                        var charged = random.Next(2) == 0 ? child.Charge(amount) : child.Hold(amount);
                        if (charged.IsSuccess && charged.Value.Type == TransactionType.Charge)
                        {
                            charges.Add((child, charged.Value.Id));
                        }

                        break;
                    case 3 when charges.Count > 0:
                        var (payer, charge) = charges[random.Next(charges.Count)];
                        payer.Refund(charge, random.NextInt64(1, 100));
                        break;
                    case 4:
                        if (child.GiveBack() is { Value: { } given })
                        {
                            Assert.True(parent.TakeBack(child.Id, given.Id, given.Amount, child.State.LeaseSpent).IsSuccess);
                        }

                        break;
                    default:
                        Assert.True(parent.Draw(child.Id, 0, 0, child.State.LeaseSpent).Error is null);
                        break;
                }

                Check(parent, children);
            }
        }
    }

    [Fact]
    public void A_child_has_no_money_of_its_own()
    {
        var child = new WalletTester();
        Assert.True(child.SetBudget(Caller.Platform, 50).IsSuccess);
        Assert.Equal("wallet-is-leased", child.Deposit(5).Error?.Code);
        Assert.Equal("wallet-is-leased", child.Promote(5).Error?.Code);
        Assert.Equal("wallet-is-leased", child.Send(5).Error?.Code);
        Assert.Equal("wallet-is-leased", child.Receive(5).Error?.Code);
        Assert.Equal("wallet-is-leased", child.Adjust(5, AdjustmentDirection.Credit).Error?.Code);
        Assert.Equal("wallet-is-leased", child.Limit(credit: 5).Error?.Code);
    }

    [Fact]
    public void A_wallet_with_money_or_children_does_not_become_a_child()
    {
        var funded = new WalletTester();
        funded.Deposit(5);
        Assert.Equal("wallet-not-empty", funded.SetBudget(Caller.Platform, 50).Error?.Code);
        var parent = new WalletTester();
        parent.Deposit(100);
        Assert.True(parent.Draw(Guid.CreateVersion7(WalletTester.Start), 10, 50, 0).IsSuccess);
        Assert.Equal("invalid-parent", parent.SetBudget(Caller.Platform, 50).Error?.Code);
    }

    [Fact]
    public void A_parent_leases_at_most_what_it_has()
    {
        var parent = new WalletTester();
        parent.Deposit(100);
        var child = Guid.CreateVersion7(WalletTester.Start);
        Assert.Equal(60, parent.Draw(child, 10, 60, 0).Value!.Amount.Minor);
        Assert.Equal(40, parent.Draw(child, 10, 60, 0).Value!.Amount.Minor);
        Assert.Equal("insufficient-funds", parent.Draw(child, 1, 60, 0).Error?.Code);
        Assert.Equal("insufficient-funds", parent.Charge(1).Error?.Code);
        Assert.Equal(100, parent.State.Balance);
        Assert.Equal(100, parent.State.Leased);
    }

    private static void Deliver(WalletTester parent, WalletTester child, WalletTransaction lease, bool refused)
    {
        if (refused)
        {
            Assert.True(parent.TakeBack(child.Id, lease.Id, lease.Amount, null).IsSuccess);
        }
        else
        {
            Assert.True(child.ReceiveLease(lease.Id, parent.Id, lease.Amount).IsSuccess);
        }
    }

    private static void Check(WalletTester parent, List<WalletTester> children)
    {
        Assert.Equal(parent.State.Balance, parent.State.Paid + parent.State.Leases.Values.Sum(lease => lease.Outstanding));
        Assert.Equal(10_000, parent.State.Balance + parent.State.Leases.Values.Sum(lease => lease.Settled));
        Assert.True(parent.State.Paid >= 0);
        foreach (var child in children)
        {
            var lease = parent.State.Leases.GetValueOrDefault(child.Id, new(0, 0));
            Assert.Equal(lease.Outstanding, child.State.Paid + child.State.Held + child.State.LeaseSpent - lease.Settled);
            Assert.Equal(child.State.LeaseSpent, child.Total(LedgerAccount.Revenue));
            Assert.True(lease.Outstanding >= 0 && child.State.Paid >= 0);
        }
    }
}
