using Platform.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

/// <summary>Promotional credit that is partly used, held or expired: what can be revoked, and where a refund goes.</summary>
public sealed class GrantTests
{
    [Fact]
    public void The_rest_of_a_partly_used_grant_is_revoked()
    {
        var wallet = new WalletTester();
        wallet.Deposit(50);
        var grant = wallet.Promote(100).Value!;
        var charge = wallet.Charge(30).Value!;
        var revoked = wallet.Reverse(grant.Id);
        Assert.Equal((70, 50), (revoked.Value!.Amount.Minor, revoked.Value.BalanceAfter.Minor));
        Assert.Equal(grant.Id, revoked.Value.RelatedId);
        Assert.Equal((0, 30), (wallet.State.Promotional, -wallet.Total(LedgerAccount.PromotionFunding)));
        Assert.Equal("already-reversed", wallet.Reverse(grant.Id).Error?.Code);

        // A later refund makes part of it remain again.
        Assert.True(wallet.Refund(charge.Id, 10).IsSuccess);
        Assert.Equal(10, wallet.Reverse(grant.Id).Value!.Amount.Minor);
        Assert.Equal("already-reversed", wallet.Reverse(grant.Id).Error?.Code);
    }

    [Fact]
    public void The_rest_of_a_partly_held_grant_is_revoked_and_the_hold_stays()
    {
        var wallet = new WalletTester();
        var grant = wallet.Promote(100).Value!;
        var hold = wallet.Hold(40).Value!;
        Assert.Equal(60, wallet.Reverse(grant.Id).Value!.Amount.Minor);
        Assert.Equal(40, wallet.State.Held);
        Assert.True(wallet.Void(hold.Id).IsSuccess);
        Assert.Equal(40, wallet.Reverse(grant.Id).Value!.Amount.Minor);
        Assert.Equal(0, wallet.State.Balance);
    }

    [Fact]
    public void A_grant_that_is_spent_or_expired_has_nothing_left_to_revoke()
    {
        var wallet = new WalletTester();
        var spent = wallet.Promote(10).Value!;
        wallet.Charge(10);
        Assert.Equal("already-reversed", wallet.Reverse(spent.Id).Error?.Code);
        var expiring = wallet.Promote(10, expiresAt: wallet.Now.AddMinutes(1)).Value!;
        wallet.Now += TimeSpan.FromMinutes(1);
        Assert.Equal("already-reversed", wallet.Reverse(expiring.Id).Error?.Code);
    }

    // Of the first credit something remains, so it is removed at expiry; the second is used up and stays in the list.
    [Theory]
    [InlineData(100)]
    [InlineData(30)]
    public void A_refund_of_a_charge_paid_with_expired_credit_reports_what_did_not_come_back(long granted)
    {
        var wallet = new WalletTester();
        wallet.Deposit(100);
        wallet.Promote(granted, expiresAt: wallet.Now.AddDays(1));
        var charge = wallet.Charge(40).Value!;
        var fromCredit = Math.Min(granted, 40);
        Assert.Null(charge.Expired);
        wallet.Now += TimeSpan.FromDays(2);
        wallet.ExpireDue();
        var balance = wallet.State.Balance;

        var refund = wallet.Refund(charge.Id).Value!;
        Assert.Equal((40, fromCredit), (refund.Amount.Minor, refund.Expired?.Minor));
        Assert.Equal(balance + 40 - fromCredit, refund.BalanceAfter.Minor);
        Assert.Equal(fromCredit, Assert.Single(wallet.Ledger, row => row.Id == refund.Id).ToTransaction().Expired?.Minor);

        // Nothing expires a second time.
        Assert.Null(wallet.ExpireDue().Value);
        Assert.Equal(balance + 40 - fromCredit, wallet.State.Balance);
    }

    [Fact]
    public void A_hold_that_ends_after_its_credit_has_expired_reports_what_did_not_come_back()
    {
        var wallet = new WalletTester();
        wallet.Promote(40, expiresAt: wallet.Now.AddDays(1));
        var hold = wallet.Hold(40, seconds: 7 * 24 * 60 * 60).Value!;
        wallet.Now += TimeSpan.FromDays(2);
        var released = wallet.Void(hold.Id).Value!;
        Assert.Equal((40, 0), (released.Expired?.Minor, released.BalanceAfter.Minor));
        Assert.Equal(40, wallet.Total(LedgerAccount.Expired));
    }
}
