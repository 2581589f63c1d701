using Platform.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

/// <summary>Random sequences on a parent and its children, with refusals, expiring credit, credit limits, freezes and refunds.</summary>
public sealed class LeasePropertyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_unit_is_ever_in_two_places_and_a_refusal_leaves_no_trace(int seed)
    {
        var refused = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var run = 0; run < 400; run++)
        {
            var random = new Random((seed * 10_000) + run);
            var family = new LeaseFamily(3, 50);
            Assert.True(family.Parent.Deposit(random.Next(1, 5_000)).IsSuccess);
            for (var step = random.Next(10, 50); step > 0; step--)
            {
                Step(family, random, refused);
                family.Check();
            }

            // Finally everything is given back and settled; the parent then has all unspent money.
            foreach (var child in family.Children)
            {
                family.GiveBack(child);
                family.Report(child);
            }

            family.Settle();
            family.Check();
            Assert.Equal(family.Parent.State.Leased, family.Children.Sum(child => child.State.Held));
        }

        Assert.All(
            ["limit-exceeded", "insufficient-funds", "invalid-amount", "wallet-frozen"], code =>
                Assert.True(refused.GetValueOrDefault(code) > 20, code));
    }

    private static void Step(LeaseFamily family, Random random, Dictionary<string, int> refused)
    {
        var child = family.Children[random.Next(family.Children.Count)];
        switch (random.Next(14))
        {
            case <= 4:
                var amount = random.Next(10) == 0 ? random.NextInt64(-2, 1) : random.NextInt64(1, 400);
                Spend(family, child, amount, random, refused);
                break;
            case 5 or 6:
                family.Correct(random);
                break;
            case 7:
                family.Parent.Promote(random.NextInt64(1, 500), random.Next(101), family.Parent.Now.AddSeconds(random.Next(1, 200)));
                break;
            case 8:
                family.Pass(TimeSpan.FromSeconds(random.Next(1, 100)));
                break;
            case 9:
                var before = child.Ledger.Count;
                Assert.True(
                    child.Limit(
                        perDay: random.Next(3) == 0 ? null : random.Next(0, 2_000),
                        perTransaction: random.Next(2) == 0 ? null : 300).IsSuccess);
                family.Return(child, before);
                Assert.True(child.State.Paid <= child.State.Limits.Left(child.State.Spending, child.Day));
                break;
            case 10:
                var (lines, slice) = (child.Ledger.Count, random.Next(0, 200));
                Assert.True(child.SetBudget(family.Parent.Id, slice).IsSuccess);
                family.Return(child, lines);
                break;
            case 11:
                Assert.True(
                    (family.Parent.State.Status == WalletStatus.Frozen ? family.Parent.Unfreeze() : family.Parent.Freeze()).IsSuccess);
                break;
            case 12:
                family.Parent.Limit(credit: random.Next(0, 500));
                break;
            default:
                family.Settle();
                break;
        }
    }

    private static void Spend(LeaseFamily family, WalletTester child, long amount, Random random, Dictionary<string, int> refused)
    {
        var hold = random.Next(3) == 0;
        var raced = random.Next(8) == 0 && child.State.Status == WalletStatus.Active;
        family.Settle(); // Ensures that only the command itself can change the state below.
        var (before, money) = (family.StateText, Money(family, child));
        var despite = child.RefusalDespiteMoney(amount, hold);
        var result = family.Spend(child, amount, hold, raced);
        if (result.Error is { } error)
        {
            refused[error.Code] = refused.GetValueOrDefault(error.Code) + 1;
            Assert.Equal(money, Money(family, child));
            if (!raced)
            {
                Assert.Equal(before, family.StateText);
            }
        }
        else
        {
            Assert.Null(despite);
        }
    }

    private static string Money(LeaseFamily family, WalletTester child)
    {
        var (parent, state) = (family.Parent.State, child.State);
        var lease = parent.Leases.GetValueOrDefault(child.Id);
        var credits = string.Join(',', parent.Credits.Select(credit => $"{credit.Bucket}:{credit.Remaining}"));
        var parts = string.Join(',', (lease?.Parts ?? []).Select(part => $"{part.Bucket}:{part.Amount}"));
        return $"{parent.Paid} {credits} {parent.Leased} {lease?.Outstanding ?? 0} {lease?.Settled ?? 0} {parts} " +
            $"{state.Paid} {state.Held} {state.LeaseSpent} {state.Spending.All.OnDay(child.Day)} {state.Spending.All.InMonthOf(child.Day)}";
    }
}
