using Platform.Grains.Common.Entities;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>What a wallet accepts. Pure.</summary>
public static class WalletDecisions
{
    /// <summary>No balance passes this, so that sums over many wallets stay within 64 bits for long.</summary>
    public const long MaxBalance = 1_000_000_000_000_000_000;

    public static Decision<WalletEvent, WalletView> Open(WalletState state, OpenWallet command, DecisionContext context)
    {
        if (state.Currency is not null)
        {
            return CommonErrors.AlreadyExists("wallet");
        }

        if (!Currency.TryParse(command.Currency, out var currency))
        {
            return CommonErrors.Invalid("/currency", "invalid-currency", "The currency is an ISO 4217 code such as EUR.");
        }

        var opened = new WalletOpened(command.OwnerId, currency.Code);
        return Decision<WalletEvent, WalletView>.Accept(state.Apply(opened).ToView(context.Key, context.NextVersion), opened);
    }

    public static Decision<WalletEvent, WalletTransaction> Deposit(WalletState state, Deposit command, DecisionContext context)
    {
        if (Check(state, command.Amount, command.Metadata) is { } error)
        {
            return error;
        }

        if (command.Reference is null || !Text.IsText(command.Reference, 1, 200))
        {
            return WalletErrors.InvalidReference;
        }

        if (state.Balance > MaxBalance - command.Amount.Minor)
        {
            return WalletErrors.BalanceTooLarge;
        }

        var (currency, balance) = (command.Amount.Currency.Code, state.Balance + command.Amount.Minor);
        return Accept(context, new Deposited(
            TransactionId(context), state.Sequence + 1, command.Amount.Minor, currency, balance, null, command.Reference, command.Metadata,
            state.AvailableWith(balance)));
    }

    public static Decision<WalletEvent, WalletTransaction> Charge(WalletState state, Charge command, DecisionContext context)
    {
        if (Check(state, command.Amount, command.Metadata) is { } error)
        {
            return error;
        }

        if (command.Reason is null || !Text.IsText(command.Reason, 1, 500))
        {
            return WalletErrors.InvalidReason;
        }

        if (command.Reference is not null && !Text.IsText(command.Reference, 1, 200))
        {
            return WalletErrors.InvalidReference;
        }

        if (command.Amount.Minor > state.Available)
        {
            return WalletErrors.InsufficientFunds(new Money(state.Available, command.Amount.Currency));
        }

        var (currency, balance) = (command.Amount.Currency.Code, state.Balance - command.Amount.Minor);
        return Accept(context, new Charged(
            TransactionId(context), state.Sequence + 1, command.Amount.Minor, currency, balance, command.Reason, command.Reference,
            command.Metadata, state.AvailableWith(balance)));
    }

    /// <summary>The transaction that a movement is, as callers see it.</summary>
    public static WalletTransaction ToTransaction(WalletMoved moved, in Projected command)
    {
        var currency = Currency.Parse(moved.Currency);
        return new WalletTransaction(
            moved.TransactionId, command.Key.Id, moved.Sequence, TypeOf(moved), new Money(moved.Amount, currency), new Money(moved.BalanceAfter, currency),
            new Money(moved.AvailableAfter ?? moved.BalanceAfter, currency), moved.Reason, moved.Reference,
            command.At, command.ActorId, command.Operation, moved.Metadata);
    }

    public static TransactionType TypeOf(WalletMoved moved) => moved switch
    {
        Deposited => TransactionType.Deposit,
        Charged => TransactionType.Charge,
        _ => throw new InvalidOperationException($"{moved.GetType().Name} is not a transaction."),
    };

    private static Decision<WalletEvent, WalletTransaction> Accept(DecisionContext context, WalletMoved moved) =>
        Decision<WalletEvent, WalletTransaction>.Accept(ToTransaction(moved, Projected.From(context)), moved);

    private static Guid TransactionId(DecisionContext context) => context.Caller.Operation.NewId(context.Now);

    private static Error? Check(WalletState state, Money amount, IReadOnlyDictionary<string, string>? metadata)
    {
        if (state.Currency is not { } currency)
        {
            return CommonErrors.NotFound("wallet");
        }

        if (amount.Minor is <= 0 or > Money.MaxRequestMinor)
        {
            return WalletErrors.InvalidAmount;
        }

        if (amount.Currency != currency)
        {
            return WalletErrors.CurrencyMismatch(currency);
        }

        return Metadata.IsValid(metadata) ? null : WalletErrors.InvalidMetadata;
    }
}
