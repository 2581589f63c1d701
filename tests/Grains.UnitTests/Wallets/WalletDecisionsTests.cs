using Platform.Grains.Engine.Entities;
using Platform.Grains.UnitTests.Common;
using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

public sealed class WalletDecisionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private const int Today = 739_576;
    private static readonly Currency Usd = Currency.Parse("USD");
    private static readonly WalletState Open = WalletState.Unopened.Apply(new WalletOpened(Guid.Empty, "USD"));

    [Fact]
    public void A_deposit_then_a_charge_leave_the_difference()
    {
        var state = Fold(Open, WalletDecisions.Deposit(Open, Deposit(1000), Context(2)));
        var charged = WalletDecisions.Charge(state, Charge(250), Context(3), Today)
            .Accept(new WalletDefinition(), state, Context(3), WalletDefinition.Transaction);
        Assert.Null(charged.Error);
        Assert.Equal(750, charged.State.Balance);
        Assert.Equal(2, charged.Reply!.Sequence);
        Assert.Equal(new Money(750, Usd), charged.Reply.BalanceAfter);
    }

    [Fact]
    public void A_charge_of_exactly_the_balance_is_accepted_and_one_unit_more_refused()
    {
        var state = Fold(Open, WalletDecisions.Deposit(Open, Deposit(100), Context(2)));
        Assert.Null(WalletDecisions.Charge(state, Charge(100), Context(3), Today).Error);
        var refused = WalletDecisions.Charge(state, Charge(101), Context(3), Today);
        Assert.Equal("insufficient-funds", refused.Error?.Code);
        Assert.Equal("1.00", refused.Error?.Details?["available"]);
        Assert.Empty(refused.Events);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(Money.MaxRequestMinor + 1)]
    [InlineData(long.MaxValue)]
    public void Amounts_out_of_range_are_refused(long minor)
    {
        Assert.Equal("invalid-amount", WalletDecisions.Deposit(Open, Deposit(minor), Context(2)).Error?.Code);
        Assert.Equal("invalid-amount", WalletDecisions.Charge(Open, Charge(minor), Context(2), Today).Error?.Code);
    }

    [Fact]
    public void Another_currency_is_refused()
    {
        var euro = Charge(5) with { Amount = new Money(5, Currency.Parse("EUR")) };
        Assert.Equal("currency-mismatch", WalletDecisions.Charge(Open, euro, Context(2), Today).Error?.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\0b")]
    [InlineData("\u001b[31m")]
    public void Unprintable_text_is_refused(string text)
    {
        var state = Fold(Open, WalletDecisions.Deposit(Open, Deposit(100), Context(2)));
        Assert.Equal("invalid-reason", WalletDecisions.Charge(state, Charge(1) with { Reason = text }, Context(3), Today).Error?.Code);
        Assert.Equal("invalid-reference", WalletDecisions.Deposit(state, Deposit(1) with { Reference = text }, Context(3)).Error?.Code);
        var metadata = new Dictionary<string, string> { [text] = "v" };
        Assert.Equal(
            "invalid-metadata", WalletDecisions.Charge(state, Charge(1) with { Metadata = metadata }, Context(3), Today).Error?.Code);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused() => Assert.Equal(
        "invalid-reason", WalletDecisions.Charge(Open, Charge(1) with { Reason = "half \ud83d" }, Context(2), Today).Error?.Code);

    [Fact]
    public void A_wallet_that_is_not_open_does_not_exist()
    {
        Assert.Equal(ErrorKind.NotFound, WalletDecisions.Deposit(WalletState.Unopened, Deposit(5), Context(1)).Error?.Kind);
        Assert.Equal(ErrorKind.NotFound, WalletDecisions.Charge(WalletState.Unopened, Charge(5), Context(1), Today).Error?.Kind);
    }

    [Fact]
    public void A_wallet_is_opened_once() =>
        Assert.Equal("already-exists", WalletDecisions.Open(Open, new OpenWallet(default, Guid.Empty, "USD"), Context(2)).Error?.Code);

    [Fact]
    public void The_balance_stops_at_its_maximum_instead_of_overflowing()
    {
        var full = Open with { Paid = WalletDecisions.MaxBalance - 4 };
        Assert.Null(WalletDecisions.Deposit(full, Deposit(4), Context(2)).Error);
        Assert.Equal("balance-too-large", WalletDecisions.Deposit(full, Deposit(5), Context(2)).Error?.Code);
    }

    [Fact]
    public void Events_and_state_survive_the_json_of_the_journal()
    {
        var decision = WalletDecisions.Deposit(
            Open, Deposit(1234) with { Metadata = new Dictionary<string, string> { ["k"] = "ä\t\"😀" } }, Context(2));
        var json = System.Text.Encoding.UTF8.GetString(JournalJson.Write(decision.Events));
        var read = JournalJson.Read<WalletEvent[]>(json);
        Assert.Equal(json, System.Text.Encoding.UTF8.GetString(JournalJson.Write(read)));
        var state = Fold(Open, decision);
        var copy = JournalJson.Read<WalletState>(System.Text.Encoding.UTF8.GetString(JournalJson.Write(state)));
        Assert.Equal(JournalJson.Write(state), JournalJson.Write(copy));
        Assert.Equal(JournalJson.Write(state), JournalJson.Write(read.Aggregate(Open, (s, e) => s.Apply(e))));
    }

    /// <summary>The reply of a movement is not stored: it must follow exactly from the events in the journal.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5_000)]
    public void The_reply_follows_from_the_events_in_the_journal(long creditLimit)
    {
        var state = Open with { CreditLimit = creditLimit };
        var context = Context(2);
        var command = Deposit(1234) with { Metadata = new Dictionary<string, string> { ["k"] = "ä😀" } };
        var rich = state with { Paid = 300 };
        foreach (var (before, decision) in new[]
        {
            (state, WalletDecisions.Deposit(state, command, context)),
            (rich, WalletDecisions.Charge(rich, Charge(299) with { Reference = "r" }, context, Today)),
        })
        {
            var decided = decision.Accept(new WalletDefinition(), before, context, WalletDefinition.Transaction);
            Assert.Equal(decided.Reply!.BalanceAfter.Minor + creditLimit, decided.Reply.AvailableAfter.Minor);
        }

        Assert.False(WalletDefinition.Transaction.IsStored || WalletDefinition.TransactionIfAny.IsStored);
        Assert.True(WalletDefinition.View.IsStored);
    }

    private static WalletState Fold(WalletState state, Decision<WalletEvent> decision) =>
        decision.Events.Aggregate(state, (current, @event) => current.Apply(@event));

    private static Deposit Deposit(long minor) => new(default, new Money(minor, Usd), "top-up", null);

    private static Charge Charge(long minor) => new(default, new Money(minor, Usd), "report", null, null);

    private static DecisionContext Context(long version) =>
        new(new EntityKey(Caller.Platform, Caller.Platform), version,
            new CommandContext(Caller.Platform, Caller.Platform, OperationId.FromKey("t", $"{version}")), Now);
}
