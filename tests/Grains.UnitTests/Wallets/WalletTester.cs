using System.Text;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.UnitTests.Common;
using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

/// <summary>
/// A wallet without a cluster: decides, writes the events as the journal does, reads them again and folds. After every command it
/// checks what must always be true, and that a refusal has left the state as it was, to the byte.
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

    public Result<WalletTransaction> Deposit(long amount, Guid? standing = null) =>
        Run(new Deposit(Context(), Money(amount), "bank", null), (command, context) => WalletDecisions.Deposit(State, command, context, standing), WalletDefinition.Transaction);

    public Result<WalletTransaction> Charge(long amount, string? type = null) => Run(
        ChargeOf(amount, type), (command, context) => WalletDecisions.Charge(State, command, context, Day), WalletDefinition.Transaction);

    public Result<WalletTransaction> Promote(long amount, int priority = 10, DateTimeOffset? expiresAt = null) => Run(
        new Promote(Context(), Money(amount), "welcome", priority, expiresAt, null), (command, context) => WalletDecisions.Promote(State, command, context), WalletDefinition.Transaction);

    public Result<WalletTransaction> Hold(long amount, int seconds = 60, string? type = null) => Run(
        HoldOf(amount, seconds, type), (command, context) => HoldDecisions.Hold(State, command, context, Day), WalletDefinition.Transaction);

    public Result<WalletTransaction> Capture(Guid hold, long? amount = null) => Run(
        new Capture(Context(), hold, amount is { } minor ? Money(minor) : null), (command, context) => HoldDecisions.Capture(State, command, context), WalletDefinition.Transaction);

    public Result<WalletTransaction> Void(Guid hold) =>
        Run(new VoidHold(Context(), hold), (command, context) => HoldDecisions.Void(State, command, context), WalletDefinition.Transaction);

    public Result<WalletTransaction?> ExpireDue() =>
        Run(new ExpireDue(Context()), (_, context) => HoldDecisions.ExpireDue(State, context), WalletDefinition.TransactionIfAny);

    public Result<WalletTransaction> Refund(Guid original, long? amount = null) => Run(
        new Refund(Context(), original, 1, amount is { } minor ? Money(minor) : null, null, null),
        (command, context) => CorrectionDecisions.Refund(State, command, _transactions.GetValueOrDefault(original), context), WalletDefinition.Transaction);

    public Result<WalletTransaction> Reverse(Guid original) => Run(
        new Reverse(Context(), original, 1, "wrong"),
        (command, context) => CorrectionDecisions.Reverse(State, command, _transactions.GetValueOrDefault(original), context), WalletDefinition.Transaction);

    public Result<WalletTransaction> Adjust(long amount, AdjustmentDirection direction, DateTimeOffset? effectiveAt = null) => Run(
        new Adjust(Context(), Money(amount), direction, "correction", null, effectiveAt, null),
        (command, context) => CorrectionDecisions.Adjust(State, command, context), WalletDefinition.Transaction);

    public Result<WalletTransaction> Send(long amount, Error? receiver = null) => Run(
        new Transfer(Context(), Caller.Platform, Money(amount), "share", null, null),
        (command, context) => TransferDecisions.Send(State, command, context, Day, receiver), WalletDefinition.Transaction);

    /// <summary>Both legs, or neither where this wallet or the other refuses.</summary>
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
        (command, context) => TransferDecisions.Receive(State, command, context), WalletDefinition.Transaction);

    public Result<WalletView> SetBudget(Guid parent, long slice) => Run(
        new SetBudget(Context(), parent, Money(slice)), (command, context) => LeaseDecisions.SetBudget(State, command, context), WalletDefinition.View);

    /// <summary>As a child of an earlier build: without its version, it says with the draw what it has spent.</summary>
    public Result<WalletTransaction?> Draw(Guid child, long needed, long slice, long spent, long? version = null) => Run(
        new DrawLease(Context(), child, Money(needed), Money(slice), spent, version), (command, context) => LeaseDecisions.Draw(State, command, context), WalletDefinition.TransactionIfAny);

    public Result<WalletTransaction?> Settle(params ChildSpending[] spendings) => Run(
        new SettleLeases(Context(), spendings), (command, context) => LeaseDecisions.Settle(State, command, context), WalletDefinition.TransactionIfAny);

    /// <summary>What this child has spent, as it tells its parent.</summary>
    public ChildSpending Spending => new(Id, State.LeaseSpent, Version, Now);

    /// <summary>Why a charge or hold would be refused although there were money enough.</summary>
    public Error? RefusalDespiteMoney(long amount, bool hold, string? type = null) => hold
        ? LeaseDecisions.RefusalDespiteMoney(
            State, Money(amount), (state, context) => HoldDecisions.Hold(state, HoldOf(amount, 60, type), context, Day), Probe())
        : LeaseDecisions.RefusalDespiteMoney(
            State, Money(amount), (state, context) => WalletDecisions.Charge(state, ChargeOf(amount, type), context, Day), Probe());

    public Result<WalletTransaction> ReceiveLease(Guid lease, Guid parent, Money amount) => Run(
        new ReceiveLease(Context(), lease, parent, amount), (command, context) => LeaseDecisions.Receive(State, command, context), WalletDefinition.Transaction);

    public Result<WalletTransaction?> GiveBack(long? amount = null) => Run(
        new GiveBackLease(Context(), Optional(amount)), (command, context) => LeaseDecisions.GiveBack(State, command, context), WalletDefinition.TransactionIfAny);

    public Result<WalletTransaction> TakeBack(Guid child, Guid beganBy, Money amount, long? spent) => Run(
        new TakeBackLease(Context(), child, beganBy, amount, spent), (command, context) => LeaseDecisions.TakeBack(State, command, context), WalletDefinition.Transaction);

    public Result<WalletView> Limit(long credit = 0, long? perTransaction = null, long? perDay = null, long? perMonth = null, params TypeLimit[] types) => Run(
        new SetLimits(Context(), Money(credit), Optional(perTransaction), Optional(perDay), Optional(perMonth), types, null),
        (command, context) => LimitDecisions.Set(State, command, context, Day), WalletDefinition.View);

    public Result<WalletView> Freeze() => Run(new Freeze(Context(), "check"), (command, context) => LimitDecisions.Freeze(State, command, context), WalletDefinition.View);

    public Result<WalletView> Unfreeze() => Run(new Unfreeze(Context(), "checked"), (command, context) => LimitDecisions.Unfreeze(State, command, context), WalletDefinition.View);

    public Money Money(long minor) => new(minor, Currency);

    /// <summary>What an account has gained in all.</summary>
    public long Total(LedgerAccount account) => Ledger.Sum(row => Posting.Unflatten(row.Postings).Into(account));

    private Charge ChargeOf(long amount, string? type) => new(Context(), Money(amount), "report", null, null, type);

    private Hold HoldOf(long amount, int seconds, string? type) => new(Context(), Money(amount), seconds, "report", null, null, type);

    private DecisionContext Probe() => new(_key, Version + 1, Context(), Now);

    private Money? Optional(long? minor) => minor is { } value ? Money(value) : null;

    private CommandContext Context() =>
        new(Caller.Platform, Caller.Platform, OperationId.FromKey("test", $"{_key.Id}/{++_operations}"));

    private Result<TReply> Run<TCommand, TReply>(
        TCommand command, Func<TCommand, DecisionContext, Decision<WalletEvent>> decide, Reply<WalletState, WalletEvent, TReply> reply)
        where TCommand : Command
    {
        var before = JournalJson.Write(State);
        var context = new DecisionContext(_key, Version + 1, command.Context, Now);
        var decided = decide(command, context).Accept(Definition, State, context, reply);
        Assert.Equal(before, JournalJson.Write(State));
        if (decided.Error is { } error)
        {
            return error;
        }

        if (decided.Events.Length == 0)
        {
            return decided.Reply!;
        }

        // As a rebuild does it: from the events as the journal has them.
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
        Assert.Equal(JournalJson.Write(after), JournalJson.Write(JournalJson.Read<WalletState>(Encoding.UTF8.GetString(JournalJson.Write(after)))));
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
            Assert.Equal(last.BalanceAfter, Total(LedgerAccount.Wallet) + Total(LedgerAccount.Promotional) + Total(LedgerAccount.Held) + Total(LedgerAccount.Leased));
            Assert.Equal(last.BalanceAfter, State.Balance);
            Assert.Equal(last.HeldAfter, State.Held);
        }

        Assert.Equal(0, Enum.GetValues<LedgerAccount>().Sum(Total));
    }
}
