using Platform.Grains.Engine.Entities;
using Platform.Organisations;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Decides opening, deposits, charges and promotions. Days are in the organisation's time zone. See <see cref="HoldDecisions"/>,
/// <see cref="CorrectionDecisions"/> and <see cref="TransferDecisions"/> for the rest.
/// </summary>
public static class WalletDecisions
{
    /// <summary>The maximum balance, low enough that sums over wallets fit into 64 bits.</summary>
    public const long MaxBalance = 1_000_000_000_000_000_000;

    private const int MaxCredits = 1_000;

    public static Decision<WalletEvent> Open(WalletState state, OpenWallet command, DecisionContext _)
    {
        if (state.Currency is not null)
        {
            return CommonErrors.AlreadyExists("wallet");
        }

        if (!Currency.TryParse(command.Currency, out var currency))
        {
            return OrganisationErrors.InvalidCurrency;
        }

        return new WalletOpened(command.OwnerId, currency.Code);
    }

    /// <summary>existing is the transaction that already has the reference; set only if the reference must be unique.</summary>
    public static Decision<WalletEvent> Deposit(WalletState state, Deposit command, DecisionContext context, Guid? existing = null)
    {
        if ((WalletChecks.Movable(state, command.Amount, command.Metadata) ?? WalletChecks.OwnMoney(state)) is { } error)
        {
            return error;
        }

        if (!WalletRules.IsReference(command.Reference))
        {
            return WalletErrors.InvalidReference;
        }

        if (existing is { } transaction)
        {
            return WalletErrors.DuplicateReference(transaction);
        }

        var builder = WalletEventBuilder.Begin(state, context);
        return WalletChecks.BalanceLimit(builder.State, command.Amount) ?? builder.Accept(new Deposited
        {
            Amount = command.Amount.Minor, Reference = command.Reference, Metadata = command.Metadata,
        });
    }

    public static Decision<WalletEvent> Charge(WalletState state, Charge command, DecisionContext context, int day)
    {
        if (WalletChecks.Movable(state, command.Amount, command.Metadata) is { } error)
        {
            return error;
        }

        if (WalletChecks.Texts(command.Reason, command.Reference) is { } invalid)
        {
            return invalid;
        }

        var builder = WalletEventBuilder.Begin(state, context);
        return WalletChecks.Spendable(builder.State, command.Amount, builder.State.Available, day, command.ActivityType) ??
            builder.Accept(new Charged
            {
                Amount = command.Amount.Minor, Reason = command.Reason, Reference = command.Reference, Metadata = command.Metadata,
                Day = day, ActivityType = command.ActivityType,
                Postings = Buckets.Take(builder.State, command.Amount.Minor, LedgerAccount.Revenue),
            });
    }

    public static Decision<WalletEvent> Promote(WalletState state, Promote command, DecisionContext context)
    {
        if ((WalletChecks.Movable(state, command.Amount, command.Metadata) ?? WalletChecks.OwnMoney(state)) is { } error)
        {
            return error;
        }

        if (WalletChecks.Texts(command.Reason, null) is { } invalid)
        {
            return invalid;
        }

        if (!WalletRules.IsPriority(command.Priority) || command.ExpiresAt <= context.Now)
        {
            return WalletErrors.InvalidCredit;
        }

        var builder = WalletEventBuilder.Begin(state, context);
        builder.DropUsedUp();
        if (builder.State.Credits.Count >= MaxCredits)
        {
            return WalletErrors.TooManyCredits;
        }

        return WalletChecks.BalanceLimit(builder.State, command.Amount) ?? builder.Accept(new Promoted
        {
            Amount = command.Amount.Minor, Reason = command.Reason, Metadata = command.Metadata, Priority = command.Priority,
            ExpiresAt = command.ExpiresAt,
            Postings =
            [new Posting(LedgerAccount.PromotionFunding, LedgerAccount.Promotional, command.Amount.Minor, builder.State.Sequence + 1)],
        });
    }

    /// <summary>The amount of expired promotional credit in these postings; null if none.</summary>
    internal static Money? Expired(IReadOnlyList<Posting> postings, Currency currency) =>
        postings.Into(LedgerAccount.Expired) is not 0 and var expired ? new Money(expired, currency) : null;

    /// <summary>Converts a movement to the transaction shown to callers.</summary>
    public static WalletTransaction ToTransaction(WalletMoved moved, in AcceptedCommand command)
    {
        var currency = Currency.Parse(moved.Currency);
        return new WalletTransaction(
            moved.TransactionId, command.Key.Id, moved.Sequence, moved.Type, new Money(moved.Amount, currency),
            new Money(moved.BalanceAfter, currency),
            new Money(moved.AvailableAfter ?? moved.BalanceAfter, currency), moved.Reason, moved.Reference,
            moved.EffectiveAt ?? command.At, command.ActorId, command.Operation, moved.Metadata, new Money(moved.HeldAfter ?? 0, currency),
            command.At,
            moved.RelatedId, moved switch { HoldPlaced held => held.ExpiresAt, Promoted promoted => promoted.ExpiresAt, _ => null },
            moved.Postings is { } postings ? Expired(postings, currency) : null);
    }
}
