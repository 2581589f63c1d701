using Platform.Grains.Engine.Entities;
using Platform.Organisations;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// What a wallet accepts. Pure. Days are those of the organisation's time zone. Holds are decided in <see cref="HoldDecisions"/>,
/// what is given back and corrected in <see cref="CorrectionDecisions"/>, transfers in <see cref="TransferDecisions"/>.
/// </summary>
public static class WalletDecisions
{
    /// <summary>No balance passes this, so that sums over many wallets stay within 64 bits for long.</summary>
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

    /// <summary>Standing is the transaction that has the reference already; nobody looks for it unless it must be unique.</summary>
    public static Decision<WalletEvent> Deposit(WalletState state, Deposit command, DecisionContext context, Guid? standing = null)
    {
        if ((WalletChecks.Movable(state, command.Amount, command.Metadata) ?? WalletChecks.OwnMoney(state)) is { } error)
        {
            return error;
        }

        if (!WalletRules.IsReference(command.Reference))
        {
            return WalletErrors.InvalidReference;
        }

        if (standing is { } transaction)
        {
            return WalletErrors.DuplicateReference(transaction);
        }

        var turn = WalletTurn.Begin(state, context);
        return WalletChecks.Room(turn.State, command.Amount) ?? turn.Accept(new Deposited
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

        if (WalletChecks.Texts(command.Reason, command.Reference) is { } unfit)
        {
            return unfit;
        }

        var turn = WalletTurn.Begin(state, context);
        return WalletChecks.Spendable(turn.State, command.Amount, turn.State.Available, day, command.ActivityType) ?? turn.Accept(new Charged
        {
            Amount = command.Amount.Minor, Reason = command.Reason, Reference = command.Reference, Metadata = command.Metadata,
            Day = day, ActivityType = command.ActivityType,
            Postings = Buckets.Take(turn.State, command.Amount.Minor, LedgerAccount.Revenue),
        });
    }

    public static Decision<WalletEvent> Promote(WalletState state, Promote command, DecisionContext context)
    {
        if ((WalletChecks.Movable(state, command.Amount, command.Metadata) ?? WalletChecks.OwnMoney(state)) is { } error)
        {
            return error;
        }

        if (WalletChecks.Texts(command.Reason, null) is { } unfit)
        {
            return unfit;
        }

        if (!WalletRules.IsPriority(command.Priority) || command.ExpiresAt <= context.Now)
        {
            return WalletErrors.InvalidCredit;
        }

        var turn = WalletTurn.Begin(state, context);
        turn.DropUsedUp();
        if (turn.State.Credits.Count >= MaxCredits)
        {
            return WalletErrors.TooManyCredits;
        }

        return WalletChecks.Room(turn.State, command.Amount) ?? turn.Accept(new Promoted
        {
            Amount = command.Amount.Minor, Reason = command.Reason, Metadata = command.Metadata, Priority = command.Priority, ExpiresAt = command.ExpiresAt,
            Postings = [new Posting(LedgerAccount.PromotionFunding, LedgerAccount.Promotional, command.Amount.Minor, turn.State.Sequence + 1)],
        });
    }

    /// <summary>How much of these postings was credit whose time is over; null if nothing was.</summary>
    internal static Money? Expired(IReadOnlyList<Posting> postings, Currency currency) =>
        postings.Into(LedgerAccount.Expired) is not 0 and var expired ? new Money(expired, currency) : null;

    /// <summary>The transaction that a movement is, as callers see it.</summary>
    public static WalletTransaction ToTransaction(WalletMoved moved, in AcceptedCommand command)
    {
        var currency = Currency.Parse(moved.Currency);
        return new WalletTransaction(
            moved.TransactionId, command.Key.Id, moved.Sequence, moved.Type, new Money(moved.Amount, currency), new Money(moved.BalanceAfter, currency),
            new Money(moved.AvailableAfter ?? moved.BalanceAfter, currency), moved.Reason, moved.Reference,
            moved.EffectiveAt ?? command.At, command.ActorId, command.Operation, moved.Metadata, new Money(moved.HeldAfter ?? 0, currency), command.At,
            moved.RelatedId, moved switch { HoldPlaced held => held.ExpiresAt, Promoted promoted => promoted.ExpiresAt, _ => null },
            moved.Postings is { } postings ? Expired(postings, currency) : null);
    }
}
