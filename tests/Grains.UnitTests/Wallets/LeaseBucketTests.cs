using System.Text;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

/// <summary>Leases are drawn, spent and given back by bucket, in the order in which the parent itself would spend.</summary>
public sealed class LeaseBucketTests
{
    private readonly WalletTester _parent = new();
    private readonly WalletTester _child = new();

    public LeaseBucketTests() => Assert.True(_child.SetBudget(_parent.Id, 20).IsSuccess);

    [Fact]
    public void A_deposit_from_before_the_budget_cannot_be_reversed_out_of_leased_money()
    {
        var child = new WalletTester();
        var deposit = child.Deposit(50).Value!;
        Assert.True(child.Charge(50).IsSuccess);
        Assert.True(child.SetBudget(_parent.Id, 20).IsSuccess);
        Assert.True(child.ReceiveLease(Guid.CreateVersion7(child.Now), _parent.Id, child.Money(60)).IsSuccess);
        Assert.Equal(WalletErrors.Leased, child.Reverse(deposit.Id).Error);
        Assert.Equal(60, child.State.Paid);
    }

    [Fact]
    public void A_parent_with_only_promotional_credit_leases_it()
    {
        var promoted = _parent.Promote(50).Value!.Sequence;
        var lease = _parent.Draw(_child.Id, 30, 20, 0, 1);
        Assert.Equal(30, lease.Value?.Amount.Minor);
        Assert.Equal((20L, 30L, 50L), (_parent.State.Promotional, _parent.State.Leased, _parent.State.Balance));
        Assert.Equal(new Part[] { new(promoted, 30) }, _parent.State.Leases[_child.Id].Parts!);
    }

    [Fact]
    public void Credit_that_expires_is_leased_before_the_credit_limit_makes_a_debt()
    {
        _parent.Promote(50, expiresAt: WalletTester.Start.AddHours(1));
        _parent.Limit(credit: 100);
        Draw(40);
        Assert.Equal((0L, 10L), (_parent.State.Paid, _parent.State.Promotional));
        Draw(40);
        Assert.Equal((-30L, 0L, 80L), (_parent.State.Paid, _parent.State.Promotional, _parent.State.Leased));
        Assert.Equal("insufficient-funds", _parent.Draw(_child.Id, 71, 20, 0, 1).Error?.Code);
    }

    [Fact]
    public void Spending_is_settled_from_the_buckets_in_order_and_a_refund_goes_into_the_last()
    {
        var promoted = _parent.Promote(50, priority: 10).Value!.Sequence;
        _parent.Deposit(100);
        Draw(80);
        var charge = _child.Charge(60).Value!;
        Assert.True(_parent.Settle(_child.Spending).IsSuccess);
        Assert.Equal(
            new Posting[] { new(LedgerAccount.Leased, LedgerAccount.LeaseFunding, 50, promoted),
            new(LedgerAccount.Leased, LedgerAccount.LeaseFunding, 10) },
            Posting.Unflatten(_parent.Ledger[^1].Postings));
        Assert.Null(_parent.State.Leases[_child.Id].Parts);

        Assert.True(_child.Refund(charge.Id, 30).IsSuccess);
        Assert.True(_parent.Settle(_child.Spending).IsSuccess);
        Assert.Equal(new Part[] { new(promoted, 20), new(0, 30) }, _parent.State.Leases[_child.Id].Parts!);
        Assert.Equal((120L, 50L), (_parent.State.Balance, _parent.State.Leased));

        Assert.True(_child.Charge(25).IsSuccess);
        Assert.True(_parent.Settle(_child.Spending).IsSuccess);
        GiveBack();
        Assert.Equal((95L, 0L, 95L), (_parent.State.Paid, _parent.State.Promotional, _parent.State.Balance));
    }

    [Fact]
    public void Money_that_would_be_spent_last_is_given_back_first()
    {
        _parent.Promote(50, priority: 10);
        _parent.Deposit(100);
        Draw(80);
        _child.GiveBack(20);
        Assert.True(_parent.TakeBack(_child.Id, _child.Ledger[^1].Id, _child.Money(20), null).IsSuccess);
        Assert.Equal((90L, 0L, 60L), (_parent.State.Paid, _parent.State.Promotional, _parent.State.Leased));
        GiveBack();
        Assert.Equal((100L, 50L, 0L), (_parent.State.Paid, _parent.State.Promotional, _parent.State.Leased));
    }

    [Fact]
    public void Credit_that_is_given_back_after_its_expiry_expires()
    {
        _parent.Promote(50, expiresAt: WalletTester.Start.AddSeconds(30));
        Draw(20);
        _parent.Now += TimeSpan.FromMinutes(1);
        _parent.ExpireDue();
        Assert.Equal(20, _parent.State.Balance);
        GiveBack();
        Assert.Equal((0L, 50L), (_parent.State.Balance, _parent.Total(LedgerAccount.Expired)));
    }

    [Fact]
    public void Lowering_a_slice_or_limit_gives_back_the_excess_with_the_change()
    {
        _parent.Deposit(1_000);
        _child.SetBudget(_parent.Id, 200);
        Draw(200);
        _child.Charge(20);
        _child.Hold(30);
        Assert.Equal((50L, 100L), (Returned(() => _child.SetBudget(_parent.Id, 100).IsSuccess), _child.State.Paid));
        // Of 80, 20 are spent and 30 held.
        Assert.Equal((70L, 30L), (Returned(() => _child.Limit(perDay: 80).IsSuccess), _child.State.Paid));
        Assert.Equal((0L, 30L), (Returned(() => _child.SetBudget(_parent.Id, 500).IsSuccess), _child.State.Paid));
        Assert.Equal((30L, 30L), (Returned(() => _child.SetBudget(_parent.Id, 0).IsSuccess), _child.State.Held));

        long Returned(Func<bool> change)
        {
            var before = _child.Ledger.Count;
            Assert.True(change());
            return _child.Ledger.Skip(before).Sum(row => row.Amount);
        }
    }

    [Fact]
    public void Late_or_repeated_reports_are_settled_once_and_each_day_has_its_own_line()
    {
        _parent.Deposit(1_000);
        Draw(100);
        var reported = new ReportedSpending();
        var friday = _child.Charge(10).Value!;
        reported.Add(_child.Spending, _child.Day);
        _child.Charge(5);
        var last = _child.Spending;
        reported.Add(last, _child.Day);
        _child.Now += TimeSpan.FromDays(1);
        _child.Charge(7);
        reported.Add(_child.Spending, _child.Day);
        reported.Add(last, _child.Day - 1); // A delayed message.
        _parent.Now = _child.Now.AddSeconds(1);
        var taken = reported.Take().Select(one => one.Spending).ToArray();
        Assert.True(_parent.Settle(taken).IsSuccess);
        Assert.True(reported.IsEmpty);
        Assert.Equal(new[] { (15L, friday.At), (7L, _child.Now) }, _parent.Ledger.TakeLast(2).Select(row => (row.Amount, row.At)));
        Assert.All(_parent.Ledger.TakeLast(2), row => Assert.Equal((_child.Id, _parent.Now), (row.RelatedId!.Value, row.KnownAt)));
        var lines = _parent.Ledger.Count;
        Assert.True(_parent.Settle(taken).IsSuccess);
        Assert.Equal(lines, _parent.Ledger.Count);
    }

    [Fact]
    public void Unreported_spending_is_read_from_the_journal_of_the_child()
    {
        Assert.Equal(new long[] { 30, 37 }, Read(new Lease(100, 20, Version: 2), (3, 10), (4, 0), (5, 7)));
        // Settled by a build that stored no version.
        Assert.Equal(new long[] { 35, 42 }, Read(new Lease(100, 25), (3, 25), (4, 10), (5, 7)));
        Assert.Equal(new long[] { 42 }, Read(new Lease(100, 3), (3, 25), (4, 10), (5, 7)));
        Assert.Empty(Read(new Lease(100, 42), (3, 25), (4, 10), (5, 7)));

        static IEnumerable<long> Read(Lease lease, params (long Version, long Amount)[] charges)
        {
            var journal = new ChildJournal(Guid.CreateVersion7(WalletTester.Start), lease);
            foreach (var (version, amount) in charges)
            {
                WalletEvent[] events = amount == 0
                    ? [new LeasedIn { Amount = 50, Currency = "USD" },
                        new LeaseGivenBack { Amount = 5, Currency = "USD",
                        Postings = [new(LedgerAccount.Wallet, LedgerAccount.LeaseFunding, 5)] }]
                    : [new Charged { Amount = amount, Currency = "USD" }];
                journal.Add(
                    new(default, default, "wallet", default, version, default, default, default, WalletTester.Start,
                    Encoding.UTF8.GetString(JournalJson.Write(events)), null));
            }

            return journal.Unsettled.Select(spending => spending.Spent);
        }
    }

    [Fact]
    public void Old_leases_without_buckets_fold_to_paid_money()
    {
        var child = Guid.CreateVersion7(WalletTester.Start);
        var state = JournalJson.Read<WalletEvent[]>($$"""
            [{"$type":"opened","ownerId":"{{child}}","currency":"USD"},
             {"$type":"deposited","transactionId":"{{child}}","sequence":1,"amount":100,"currency":"USD","balanceAfter":100},
             {"$type":"leased-out","transactionId":"{{child}}","sequence":2,"amount":60,"currency":"USD",
              "balanceAfter":100,"availableAfter":40,"relatedId":"{{child}}"},
             {"$type":"lease-settled","transactionId":"{{child}}","sequence":3,"amount":20,"currency":"USD",
              "balanceAfter":80,"availableAfter":40,"relatedId":"{{child}}","spent":20},
             {"$type":"lease-settled","transactionId":"{{child}}","sequence":4,"amount":5,"currency":"USD",
              "balanceAfter":85,"availableAfter":40,"relatedId":"{{child}}","spent":15,"postings":[10,9,5,0]},
             {"$type":"lease-taken-back","transactionId":"{{child}}","sequence":5,"amount":10,"currency":"USD",
              "balanceAfter":85,"availableAfter":50,"relatedId":"{{child}}","childId":"{{child}}","postings":[9,1,10,0]}]
            """).Aggregate(WalletState.Unopened, (folded, @event) => folded.Apply(@event));
        Assert.Equal((85L, 35L, 50L), (state.Balance, state.Leased, state.Available));
        Assert.Equal(new Lease(35, 15), state.Leases[child]);
        Assert.Equal(new Lease(35, 15), JournalJson.Read<Lease>("""{"outstanding":35,"settled":15}"""));
    }

    private void Draw(long amount)
    {
        var lease = _parent.Draw(_child.Id, amount, 0, 0, 1).Value!;
        Assert.True(_child.ReceiveLease(lease.Id, _parent.Id, lease.Amount).IsSuccess);
    }

    private void GiveBack()
    {
        var given = _child.GiveBack().Value!;
        Assert.True(_parent.TakeBack(_child.Id, given.Id, given.Amount, null).IsSuccess);
    }
}
