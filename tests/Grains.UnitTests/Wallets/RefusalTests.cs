using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

/// <summary>
/// In random sequences of all commands, a refused command changes neither balances, credits, spending counters nor ledger lines.
/// </summary>
public sealed class RefusalTests
{
    [Fact]
    public void A_refused_command_leaves_everything_as_it_was()
    {
        var refused = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var run = 0; run < 600; run++)
        {
            var random = new Random(run);
            var (wallet, other) = (new WalletTester(), new WalletTester(random.Next(8) == 0 ? "EUR" : "USD"));
            var known = new List<Guid> { Guid.CreateVersion7(WalletTester.Start) };
            for (var step = random.Next(3, 30); step > 0; step--)
            {
                wallet.Now += TimeSpan.FromSeconds(random.Next(0, 40));
                var (mine, others) = (Snapshot.Of(wallet), Snapshot.Of(other));
                var (error, made) = Act(random, wallet, other, known[random.Next(known.Count)]);
                if (error is null)
                {
                    known.AddRange(made is { } id ? [id] : []);
                    continue;
                }

                refused[error.Code] = refused.GetValueOrDefault(error.Code) + 1;
                Assert.Equal(mine, Snapshot.Of(wallet));
                Assert.Equal(others, Snapshot.Of(other));
            }
        }

        // The sequences must reach all important refusals.
        Assert.Empty(
            new[]
            {
                "insufficient-funds", "limit-exceeded", "wallet-frozen", "currency-mismatch", "invalid-amount", "hold-captured",
                "hold-expired",
                "refund-exceeds-captured", "not-refundable", "already-reversed", "not-reversible", "wallet-is-leased",
                "duplicate-reference", "capture-exceeds-hold",
            }.Except(refused.Keys));
    }

    private static (Error? Error, Guid? Made) Act(Random random, WalletTester wallet, WalletTester other, Guid known)
    {
        var amount = random.Next(20) == 0 ? -1 : random.NextInt64(1, 300);
        return random.Next(20) switch
        {
            0 or 1 => Of(wallet.Deposit(amount)),
            2 => Of(wallet.Deposit(amount, random.Next(2) == 0 ? known : null)),
            3 or 4 => Of(wallet.Charge(amount, random.Next(2) == 0 ? "report" : null)),
            5 => Of(wallet.Hold(amount, random.Next(1, 90), random.Next(2) == 0 ? "report" : null)),
            6 or 7 => Of(wallet.Capture(known, random.Next(2) == 0 ? null : amount)),
            8 => Of(wallet.Void(known)),
            9 => Of(wallet.Promote(amount, random.Next(0, 101), random.Next(2) == 0 ? wallet.Now.AddSeconds(random.Next(0, 60)) : null)),
            10 => Of(wallet.Refund(known, random.Next(2) == 0 ? null : amount)),
            11 => Of(wallet.Reverse(known)),
            12 => Of(wallet.Adjust(amount, (AdjustmentDirection)random.Next(2))),
            13 or 14 => Of(wallet.SendTo(other, amount)),
            15 => Of(other.SendTo(wallet, amount)),
            16 =>
                (wallet.Limit(
                    random.Next(0, 200), 250, random.Next(0, 600), null,
                    new TypeLimit("report", wallet.Money(random.Next(0, 300)), null)).Error, null),
            17 => (random.Next(3) == 0 ? wallet.Freeze().Error : wallet.Unfreeze().Error, null),
            18 => random.Next(2) == 0 ? (other.SetBudget(wallet.Id, random.Next(0, 100)).Error, null) : Of(other.Deposit(amount)),
            _ => (wallet.ExpireDue().Error, null),
        };

        static (Error?, Guid?) Of(Result<WalletTransaction> result) => (result.Error, result.Value?.Id);
    }

    private sealed record Snapshot(
        long Balance, long Held, long Available, string Credits, string Holds, Spending Spending, int Lines, long Version)
    {
        public static Snapshot Of(WalletTester wallet) => new(
            wallet.State.Balance, wallet.State.Held, wallet.State.Available,
            string.Join(' ', wallet.State.Credits.Select(credit => $"{credit.Bucket}:{credit.Remaining}")),
            string.Join(' ', wallet.State.Holds.Select(hold => $"{hold.Key}:{hold.Value.Amount}").Order(StringComparer.Ordinal)),
            wallet.State.Spending, wallet.Ledger.Count, wallet.Version);
    }
}
