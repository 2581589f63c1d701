using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

/// <summary>A refusal by the receiver is known before any leg is made, with the same error as when the money is sent.</summary>
public sealed class TransferRefusalTests
{
    public static TheoryData<string> Receivers =>
        ["currency-mismatch", "wallet-frozen", "wallet-is-leased", "balance-too-large", "wallet-not-found"];

    [Theory]
    [MemberData(nameof(Receivers))]
    public void A_transfer_that_the_receiver_would_refuse_leaves_no_line(string code)
    {
        var sender = new WalletTester();
        sender.Deposit(100);
        sender.Limit(perDay: 1_000);
        var (state, lines) = (sender.State, sender.Ledger.Count);
        var answer = ViewOf(code);

        var refusal = TransferDecisions.Refusal(answer, sender.Money(40));
        Assert.Equal(code, refusal?.Code);
        Assert.Equal(ErrorKind.Conflict, refusal!.Kind); // Stored under the operation.
        Assert.Equal(code, sender.Send(40, refusal).Error?.Code);
        Assert.Equal((state, lines), (sender.State, sender.Ledger.Count));
        Assert.Equal("insufficient-funds", sender.Send(101, refusal).Error?.Code);
    }

    [Fact]
    public void A_receiver_that_accepts_the_money_refuses_nothing()
    {
        var (sender, receiver) = (new WalletTester(), new WalletTester());
        sender.Deposit(100);
        Assert.True(sender.SendTo(receiver, 40).IsSuccess);
        Assert.Equal((60, 40), (sender.State.Balance, receiver.State.Balance));
    }

    private static Result<WalletView> ViewOf(string code)
    {
        if (code == "wallet-not-found")
        {
            return CommonErrors.NotFound("wallet");
        }

        var receiver = new WalletTester(code == "currency-mismatch" ? "EUR" : "USD");
        switch (code)
        {
            case "wallet-frozen":
                receiver.Freeze();
                break;
            case "wallet-is-leased":
                receiver.SetBudget(Caller.Platform, 10);
                break;
            default:
                break;
        }

        var view = receiver.State.ToView(new EntityKey(Caller.Platform, receiver.Id), receiver.Version, receiver.Now);
        return code == "balance-too-large" ? view with { Balance = receiver.Money(WalletDecisions.MaxBalance - 39) } : view;
    }
}
