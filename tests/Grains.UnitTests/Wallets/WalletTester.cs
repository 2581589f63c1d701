using System.Text;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.UnitTests.Common;
using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

/// <summary>
/// A wallet without a cluster: decides, serialises the events like the journal, reads them and folds. After every command it checks the
/// invariants, and that a refusal left the state unchanged.
/// </summary>
internal sealed class WalletTester
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    private static readonly WalletDefinition Definition = new();
    private readonly Dictionary<Guid, WalletMoved> _transactions = [];
    private readonly EntityKey _key = new(Caller.Platform, Guid.CreateVersion7(Start));
    private int _operations;

    public WalletTester(string currency = "USD")
    {
        Currency = Currency.Parse(currency);
        State = WalletState.Unopened.Apply(new WalletOpened(Caller.Platform, currency));
    }

    public Currency Currency { get; }

    public Guid Id => _key.Id;

    public WalletState State { get; private set; }

    public long Version { get; private set; } = 1;

    public DateTimeOffset Now { get; set; } = Start;

    public int Day => DateOnly.FromDateTime(Now.UtcDateTime).DayNumber;

    public List<WalletTransactionRow> Ledger { get; } = [];

    public Result<WalletTransaction> Deposit(long amount, Guid? existing = null) =>
        Run(new Deposit(Context(), Money(amount), "bank", null),
            (state, command, context) => WalletDecisions.Deposit(state, command, context, existing), WalletDefinition.Transaction);

    public Result<WalletTransaction> Charge(long amount, string? type = null) => Run(
        ChargeOf(amount, type), (state, command, context) =>
            WalletDecisions.Charge(state, command, context, Day), WalletDefinition.Transaction);

    public Result<WalletTransaction> Promote(long amount, int priority = 10, DateTimeOffset? expiresAt = null) => Run(
        new Promote(Context(), Money(amount), "welcome", priority, expiresAt, null), WalletDecisions.Promote, WalletDefinition.Transaction);

    public Result<WalletTransaction> Hold(long amount, int seconds = 60, string? type = null) => Run(
        HoldOf(amount, seconds, type), (state, command, context) =>
            HoldDecisions.Hold(state, command, context, Day), WalletDefinition.Transaction);

    public Result<WalletTransaction> Capture(Guid hold, long? amount = null) => Run(
        new Capture(Context(), hold, amount is { } minor ? Money(minor) : null), HoldDecisions.Capture, WalletDefinition.Transaction);

    public Result<WalletTransaction> Void(Guid hold) =>
        Run(new VoidHold(Context(), hold), HoldDecisions.Void, WalletDefinition.Transaction);

    public Result<WalletTransaction?> ExpireDue() =>
        Run(new ExpireDue(Context()), (state, _, context) => HoldDecisions.ExpireDue(state, context), WalletDefinition.TransactionIfAny);

    public Result<WalletTransaction> Refund(Guid original, long? amount = null) => Run(
        new Refund(Context(), original, 1, amount is { } minor ? Money(minor) : null, null, null),
        (state, command, context) =>
            CorrectionDecisions.Refund(state, command, _transactions.GetValueOrDefault(original), context), WalletDefinition.Transaction);

    public Result<WalletTransaction> Reverse(Guid original) => Run(
        new Reverse(Context(), original, 1, "wrong"),
        (state, command, context) =>
            CorrectionDecisions.Reverse(state, command, _transactions.GetValueOrDefault(original), context), WalletDefinition.Transaction);

    public Result<WalletTransaction> Adjust(long amount, AdjustmentDirection direction, DateTimeOffset? effectiveAt = null) => Run(
        new Adjust(Context(), Money(amount), direction, "correction", null, effectiveAt, null),
        (state, command, context) => CorrectionDecisions.Adjust(state, command, context), WalletDefinition.Transaction);

    public Result<WalletTransaction> Send(long amount, Error? receiver = null) => Run(
        new Transfer(Context(), Caller.Platform, Money(amount), "share", null, null),
        (state, command, context) => TransferDecisions.Send(state, command, context, Day, receiver), WalletDefinition.Transaction);

    /// <summary>Makes both legs, or neither if either wallet refuses.</summary>
    public Result<WalletTransaction> SendTo(WalletTester other, long amount)
    {
        var sent = Send(amount, TransferDecisions.Refusal(other.State.ToView(other._key, other.Version, other.Now), Money(amount)));
        if (sent.IsSuccess)
        {
            Assert.True(other.Receive(amount).IsSuccess);
        }

        return sent;
    }

    public Result<WalletTransaction> Receive(long amount) => Run(
        new ReceiveTransfer(Context(), Guid.CreateVersion7(Now), Caller.Platform, Money(amount), null, null),
        TransferDecisions.Receive, WalletDefinition.Transaction);

    public Result<WalletView> SetBudget(Guid parent, long slice) => Run(
        new SetBudget(Context(), parent, Money(slice)), (state, command, context) =>
            LeaseDecisions.SetBudget(state, command, context), WalletDefinition.View);

    /// <summary>Draws a lease. Without a version, as a child of an earlier build, which sends its spending with the draw.</summary>
    public Result<WalletTransaction?> Draw(Guid child, long needed, long slice, long spent, long? version = null) => Run(
        new DrawLease(Context(), child, Money(needed), Money(slice), spent, version), LeaseDecisions.Draw,
        WalletDefinition.TransactionIfAny);

    public Result<WalletTransaction?> Settle(params ChildSpending[] spendings) => Run(
        new SettleLeases(Context(), spendings), LeaseDecisions.Settle, WalletDefinition.TransactionIfAny);

    /// <summary>This child's spending as reported to its parent.</summary>
    public ChildSpending Spending => new(Id, State.LeaseSpent, Version, Now);

    /// <summary>The error of a charge or hold that would be refused even with enough money.</summary>
    public Error? RefusalDespiteMoney(long amount, bool hold, string? type = null) => hold
        ? LeaseDecisions.RefusalDespiteMoney(
            State, Money(amount), (state, context) => HoldDecisions.Hold(state, HoldOf(amount, 60, type), context, Day), Probe())
        : LeaseDecisions.RefusalDespiteMoney(
            State, Money(amount), (state, context) => WalletDecisions.Charge(state, ChargeOf(amount, type), context, Day), Probe());

    public Result<WalletTransaction> ReceiveLease(Guid lease, Guid parent, Money amount) => Run(
        new ReceiveLease(Context(), lease, parent, amount), LeaseDecisions.Receive, WalletDefinition.Transaction);

    public Result<WalletTransaction?> GiveBack(long? amount = null) => Run(
        new GiveBackLease(Context(), Optional(amount)), LeaseDecisions.GiveBack, WalletDefinition.TransactionIfAny);

    public Result<WalletTransaction> TakeBack(Guid child, Guid beganBy, Money amount, long? spent) => Run(
        new TakeBackLease(Context(), child, beganBy, amount, spent), LeaseDecisions.TakeBack, WalletDefinition.Transaction);

    public Result<WalletView> Limit(
        long credit = 0, long? perTransaction = null, long? perDay = null, long? perMonth = null, params TypeLimit[] types) => Run(
            new SetLimits(Context(), Money(credit), Optional(perTransaction), Optional(perDay), Optional(perMonth), types, null),
            (state, command, context) => LimitDecisions.Set(state, command, context, Day), WalletDefinition.View);

    public Result<WalletView> Freeze() => Run(new Freeze(Context(), "check"), LimitDecisions.Freeze, WalletDefinition.View);

    public Result<WalletView> Unfreeze() => Run(new Unfreeze(Context(), "checked"), LimitDecisions.Unfreeze, WalletDefinition.View);

    public Money Money(long minor) => new(minor, Currency);

    /// <summary>The total that was moved into an account.</summary>
    public long Total(LedgerAccount account) => Ledger.Sum(row => Posting.Unflatten(row.Postings).Into(account));

    private Charge ChargeOf(long amount, string? type) => new(Context(), Money(amount), "report", null, null, type);

    private Hold HoldOf(long amount, int seconds, string? type) => new(Context(), Money(amount), seconds, "report", null, null, type);

    private DecisionContext Probe() => new(_key, Version + 1, Context(), Now);

    private Money? Optional(long? minor) => minor is { } value ? Money(value) : null;

    private CommandContext Context() =>
        new(Caller.Platform, Caller.Platform, OperationId.FromKey("test", $"{_key.Id}/{++_operations}"));

    private Result<TReply> Run<TCommand, TReply>(
        TCommand command, Func<WalletState, TCommand, DecisionContext, Decision<WalletEvent>> decide,
        Reply<WalletState, WalletEvent, TReply> reply)
        where TCommand : Command
    {
        var before = JournalJson.Write(State);
        var context = new DecisionContext(_key, Version + 1, command.Context, Now);
        var decided = decide(State, command, context).Accept(Definition, State, context, reply);
        Assert.Equal(before, JournalJson.Write(State));
        if (decided.Error is { } error)
        {
            return error;
        }

        if (decided.Events.Length == 0)
        {
            return decided.Reply!;
        }

        // Folds from the events in the journal, as a rebuild does.
        var events = JournalJson.Read<WalletEvent[]>(Encoding.UTF8.GetString(JournalJson.Write(decided.Events)));
        var rows = new List<ReadModelRow>();
        var after = Definition.Fold(State, events, AcceptedCommand.From(context), rows);
        Assert.Equal(JournalJson.Write(after), JournalJson.Write(decided.State));
        Assert.Equal(after, Assert.Single(rows.OfType<WalletRow>()).State);
        Ledger.AddRange(rows.OfType<WalletTransactionRow>());
        foreach (var moved in events.OfType<WalletMoved>())
        {
            _transactions.Add(moved.TransactionId, moved);
            Assert.Equal(moved.Sequence, Ledger[(int)moved.Sequence - 1].Sequence);
        }

        Assert.Equal(State.Sequence == after.Sequence ? State.Head : Ledger[^1].Hash, after.Head);
        Assert.Equal(
            JournalJson.Write(after), JournalJson.Write(JournalJson.Read<WalletState>(Encoding.UTF8.GetString(JournalJson.Write(after)))));
        (State, Version) = (after, Version + 1);
        Check();
        return decided.Reply!;
    }

    private void Check()
    {
        Assert.Equal(State.Sequence, Ledger.Count);
        Assert.True(State.Held >= 0 && State.Held == State.Holds.Values.Sum(hold => hold.Amount));
        Assert.All(State.Credits, credit => Assert.True(credit.Remaining >= 0));
        Assert.All(State.Holds.Values, hold => Assert.Equal(hold.Amount, hold.Parts.Sum(part => part.Amount)));
        if (Ledger.Count > 0)
        {
            var last = Ledger[^1];
            Assert.Equal(
                last.BalanceAfter,
                Total(LedgerAccount.Wallet) + Total(LedgerAccount.Promotional) + Total(LedgerAccount.Held) + Total(LedgerAccount.Leased));
            Assert.Equal(last.BalanceAfter, State.Balance);
            Assert.Equal(last.HeldAfter, State.Held);
        }

        Assert.Equal(0, Enum.GetValues<LedgerAccount>().Sum(Total));
    }
}
