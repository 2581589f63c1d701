using System.Globalization;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>Folds the events of a wallet; defines its rows (wallet, transactions, holds), replies and audit entries.</summary>
public sealed class WalletDefinition : EntityDefinition<WalletState, WalletEvent>
{
    /// <summary>The requested transaction, which is the last movement of the command.</summary>
    public static readonly Reply<WalletState, WalletEvent, WalletTransaction> Transaction = FromEvents(TransactionOf);

    /// <summary>Like <see cref="Transaction"/>, but null if the command had nothing to do.</summary>
    public static readonly Reply<WalletState, WalletEvent, WalletTransaction?> TransactionIfAny =
        FromEvents<WalletTransaction?>(TransactionOf, static _ => null);

    public static readonly Reply<WalletState, WalletEvent, WalletView> View =
        FromState(static accepted => accepted.After.ToView(accepted.Command.Key, accepted.Command.Version, accepted.Command.At));

    public const string EntityType = "wallet";

    public override string Type => EntityType;

    public override WalletState Initial => WalletState.Unopened;

    public override bool RemembersRefusals => true;

    public override WalletState Apply(WalletState state, WalletEvent @event, in AcceptedCommand command) =>
        Apply(state, @event, command, null);

    public override WalletState Fold(
        WalletState before, IReadOnlyList<WalletEvent> events, in AcceptedCommand command, List<ReadModelRow>? rows)
    {
        var after = before;
        foreach (var @event in events)
        {
            after = Apply(after, @event, command, rows);
        }

        rows?.Add(new WalletRow(command.Key, after, command.Version));
        return after;
    }

    // The ledger already records every movement with its actor. Manual ones are audited as well: corrections and granted credit. Events of
    // expiry may precede them.
    public override IReadOnlyList<AuditEntry> Audit(
        WalletState before, WalletState after, IReadOnlyList<WalletEvent> events, in AcceptedCommand command) => events switch
        {
            [WalletOpened opened] => [AuditEntry.Of("wallet.opened", ("ownerId", opened.OwnerId), ("currency", opened.Currency))],
            [.., BudgetSet, LimitsSet] => [.. BudgetChanged(before, after), .. LimitsChanged(before, after)],
            [.., BudgetSet] => BudgetChanged(before, after),
            [.., LimitsSet] => LimitsChanged(before, after),
            [WalletFrozen frozen] => [AuditEntry.Of("wallet.frozen", ("reason", frozen.Reason))],
            [WalletUnfrozen unfrozen] => [AuditEntry.Of("wallet.unfrozen", ("reason", unfrozen.Reason))],
            [.., Adjusted adjusted] =>
            [
                Corrected("wallet.adjusted", adjusted).With("direction", Postings.Of(adjusted).IntoBalance() < 0 ? "debit" : "credit")
                    .With("effectiveAt", adjusted.EffectiveAt?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            ],
            [.., Promoted promoted] =>
            [
                Corrected("wallet.credit-granted", promoted).With("priority", promoted.Priority)
                    .With("expiresAt", promoted.ExpiresAt?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            ],
            [.., Refunded refunded] => [Corrected("wallet.refunded", refunded)],
            [.., Reversed reversed] => [Corrected("wallet.reversed", reversed)],
            _ => [],
        };

    private static IReadOnlyList<AuditEntry> BudgetChanged(WalletState before, WalletState after) => AuditEntry.Changed(
        "wallet.budget-set", ("parentId", before.ParentId, after.ParentId), ("slice", SliceText(before), SliceText(after)));

    private static IReadOnlyList<AuditEntry> LimitsChanged(WalletState before, WalletState after) => AuditEntry.Changed(
        "wallet.limits-set",
        ("creditLimit", before.CreditLimit, after.CreditLimit),
        ("perTransaction", before.Limits.PerTransaction, after.Limits.PerTransaction),
        ("perDay", before.Limits.PerDay, after.Limits.PerDay), ("perMonth", before.Limits.PerMonth, after.Limits.PerMonth),
        ("perActivityType", LimitText(before), LimitText(after)));

    private static AuditEntry Corrected(string action, WalletMoved moved) => AuditEntry.Of(
        action, ("transactionId", moved.TransactionId), ("amount", AmountText(moved.Amount, moved.Currency)), ("reason", moved.Reason),
        ("reference", moved.Reference), ("relatedId", moved.RelatedId));

    private static string? SliceText(WalletState state) => state.ParentId is null ? null : AmountText(state.Slice, state.Currency?.Code);

    private static string AmountText(long minor, string? currency) =>
        Currency.TryParse(currency, out var known) ? new Money(minor, known).ToString() : minor.ToString(CultureInfo.InvariantCulture);

    // Also advances the hash chain, which covers the row, because the event alone lacks actor and time.
    private static WalletState Apply(WalletState before, WalletEvent @event, in AcceptedCommand command, List<ReadModelRow>? rows)
    {
        var after = before.Apply(@event);
        if (@event is not WalletMoved moved)
        {
            return after;
        }

        var row = WalletTransactionRow.Of(before.Head, moved, command);
        rows?.Add(row);
        if (rows is not null && HoldOf(before, after, moved, command) is { } hold)
        {
            rows.Add(hold);
        }

        return after with { Head = row.Hash };
    }

    private static WalletTransaction TransactionOf(IReadOnlyList<WalletEvent> events, AcceptedCommand command) =>
        WalletDecisions.ToTransaction((WalletMoved)events[^1], command);

    private static HoldRow? HoldOf(WalletState before, WalletState after, WalletMoved moved, in AcceptedCommand command) => moved switch
    {
        HoldPlaced placed => new HoldRow(
            command.Key, placed.TransactionId, placed.Currency, after.Holds[placed.TransactionId], null, 0, command.Version),
        HoldCaptured or HoldReleased or HoldExpired => new HoldRow(
            command.Key, moved.RelatedId!.Value, moved.Currency, before.Holds[moved.RelatedId.Value], moved.Type,
            moved is HoldCaptured ? moved.Amount : 0, command.Version),
        _ => null,
    };

    private static string? LimitText(WalletState state) => state.Limits.PerType.IsEmpty
        ? null
        : string.Join(", ", state.Limits.PerType.Values.Select(limit => $"{limit.Type}: {limit.PerDay}/{limit.PerMonth}"));
}
