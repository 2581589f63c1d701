using Platform.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

/// <summary>
/// Ten thousand random sequences against a simple model without postings: conservation of money, limits, and refusals without effect
/// (<see cref="WalletTester"/> checks the last after every command).
/// </summary>
public sealed class WalletModelTests
{
    [Theory]
    [InlineData("USD", 0)]
    [InlineData("JPY", 1)]
    [InlineData("KWD", 2)]
    [InlineData("EUR", 3)]
    public void Random_sequences_agree_with_a_plain_model(string currency, int seed)
    {
        for (var run = 0; run < 2_500; run++)
        {
            var random = new Random((seed * 2_500) + run);
            var model = new Model(new WalletTester(currency));
            for (var step = random.Next(1, 25); step > 0; step--)
            {
                model.Step(random);
            }
        }
    }

    private sealed class Model(WalletTester wallet)
    {
        private readonly List<(Guid Id, long Amount, DateTimeOffset ExpiresAt)> _holds = [];
        private readonly List<(Guid Id, long Taken, long Back)> _taken = [];
        private long _paid;
        private long _credit;
        private long _perDay = long.MaxValue;
        private long _spentToday;
        private bool _frozen;

        private long Available => _paid + _credit - _holds.Sum(hold => hold.Amount);

        public void Step(Random random)
        {
            var amount = random.Next(12) switch
            {
                0 => random.NextInt64(-3, 1),
                1 => random.NextInt64(Money.MaxRequestMinor, long.MaxValue),
                _ => random.NextInt64(1, 1_000),
            };
            var valid = amount is > 0 and <= Money.MaxRequestMinor;
            if (random.Next(6) == 0)
            {
                wallet.Now += TimeSpan.FromSeconds(random.Next(1, 90));
                wallet.ExpireDue();
                Expire();
            }

            switch (random.Next(10))
            {
                case 0 or 1:
                    Expect(valid && !_frozen, wallet.Deposit(amount), _ => _paid += amount);
                    break;
                case 2 or 3:
                    Expect(Spendable(amount), wallet.Charge(amount), charge =>
                    {
                        (_paid, _spentToday) = (_paid - amount, _spentToday + amount);
                        _taken.Add((charge.Id, amount, 0));
                    });
                    break;
                case 4:
                    Expect(Spendable(amount), wallet.Hold(amount), hold =>
                    {
                        _holds.Add((hold.Id, amount, wallet.Now.AddSeconds(60)));
                        _spentToday += amount;
                    });
                    break;
                case 5 when _holds.Count > 0:
                    var index = random.Next(_holds.Count);
                    var (id, held, _) = _holds[index];
                    var part = random.Next(3) == 0 ? held + 1 : random.NextInt64(1, held + 1);
                    Expect(!_frozen && part <= held, wallet.Capture(id, part), capture =>
                    {
                        _holds.RemoveAt(index);
                        (_paid, _spentToday) = (_paid - part, _spentToday - (held - part));
                        _taken.Add((capture.Id, part, 0));
                        Refused(wallet.Void(id), "hold-captured");
                    });
                    break;
                case 6 when _holds.Count > 0:
                    Expect(true, wallet.Void(_holds[0].Id), _ =>
                    {
                        _spentToday -= _holds[0].Amount;
                        Refused(wallet.Capture(_holds[0].Id), _frozen ? "wallet-frozen" : "hold-voided");
                        _holds.RemoveAt(0);
                    });
                    break;
                case 7 when _taken.Count > 0:
                    var which = random.Next(_taken.Count);
                    var (charge, taken, back) = _taken[which];
                    var refund = random.NextInt64(1, taken + 2);
                    Expect(!_frozen && refund <= taken - back, wallet.Refund(charge, refund), _ =>
                    {
                        _paid += refund;
                        _taken[which] = (charge, taken, back + refund);
                    });
                    break;
                case 8:
                    var (credit, daily) = (random.NextInt64(0, 500), random.NextInt64(500, 5_000));
                    Assert.True(wallet.Limit(credit, perDay: daily).IsSuccess);
                    (_credit, _perDay) = (credit, daily);
                    break;
                case 9 when random.Next(3) == 0:
                    Assert.True((_frozen ? wallet.Unfreeze() : wallet.Freeze()).IsSuccess);
                    _frozen = !_frozen;
                    break;
                default:
                    break;
            }

            Assert.Equal(_paid, wallet.State.Balance);
            Assert.Equal(Available, wallet.State.Available);
            Assert.Equal(_taken.Sum(taken => taken.Taken - taken.Back), wallet.Total(LedgerAccount.Revenue));
            Assert.True(_spentToday == wallet.State.Spending.All.OnDay(wallet.Day));
        }

        private bool Spendable(long amount) =>
            amount is > 0 and <= Money.MaxRequestMinor && !_frozen && amount <= Available && amount <= _perDay - _spentToday;

        private void Expire()
        {
            foreach (var hold in _holds.Where(hold => hold.ExpiresAt <= wallet.Now).ToList())
            {
                _holds.Remove(hold);
                _spentToday -= hold.Amount;
                Refused(wallet.Capture(hold.Id), _frozen ? "wallet-frozen" : "hold-expired");
            }
        }

        private static void Refused(Result<WalletTransaction> result, string code) => Assert.Equal(code, result.Error?.Code);

        private static void Expect(bool accepted, Result<WalletTransaction> result, Action<WalletTransaction> then)
        {
            Assert.True(accepted == result.IsSuccess, $"expected {accepted}, was {result.Error?.Code ?? "accepted"}");
            if (accepted)
            {
                then(result.Value!);
            }
        }
    }
}
