using Platform.Grains.Engine.Entities;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Decides the legs of a transfer. A refusal of the second leg is always stored, so that a transfer whose first leg was returned can
/// never be received later.
/// </summary>
public static class TransferDecisions
{
    /// <summary>Decides the first leg. receiver is the error with which the receiving wallet would refuse the money now, if any.</summary>
    public static Decision<WalletEvent> Send(
        WalletState state, Transfer command, DecisionContext context, int day, Error? receiver = null)
    {
        if ((WalletChecks.Movable(state, command.Amount, command.Metadata) ?? WalletChecks.OwnMoney(state)) is { } error)
        {
            return error;
        }

        if (WalletChecks.Texts(command.Reason, command.Reference) is { } invalid)
        {
            return invalid;
        }

        if (command.ToWalletId == context.Key.Id)
        {
            return WalletErrors.SameWallet;
        }

        var builder = WalletEventBuilder.Begin(state, context);
        return WalletChecks.Spendable(builder.State, command.Amount, builder.State.Transferable, day, null) ?? receiver ??
            builder.Accept(new TransferredOut
            {
                ToWalletId = command.ToWalletId, Amount = command.Amount.Minor, Reason = command.Reason, Reference = command.Reference,
                Metadata = command.Metadata, Day = day,
            });
    }

    /// <summary>
    /// Returns the error with which a wallet would refuse an amount now, the same as from <see cref="Receive"/>; null if it would accept.
    /// </summary>
    public static Error? Refusal(Result<WalletView> receiver, Money amount) => receiver switch
    {
        { Error.Kind: ErrorKind.NotFound } => WalletErrors.NoSuchWallet,
        { Error: { } error } => error,
        { Value: { } wallet } when wallet.Balance.Currency != amount.Currency => WalletErrors.OtherCurrency(wallet.Balance.Currency),
        { Value.Status: WalletStatus.Frozen } => WalletErrors.Frozen,
        { Value.ParentId: not null } => WalletErrors.Leased,
        { Value: { } wallet } when wallet.Balance.Minor > WalletDecisions.MaxBalance - amount.Minor => WalletErrors.BalanceTooLarge,
        _ => null,
    };

    public static Decision<WalletEvent> Receive(WalletState state, ReceiveTransfer command, DecisionContext context)
    {
        if (state.Currency is not { } currency)
        {
            return WalletErrors.NoSuchWallet;
        }

        if (command.Amount.Currency != currency)
        {
            return WalletErrors.OtherCurrency(currency);
        }

        if ((WalletChecks.Active(state) ?? WalletChecks.OwnMoney(state)) is { } closed)
        {
            return closed;
        }

        var builder = WalletEventBuilder.Begin(state, context);
        return WalletChecks.BalanceLimit(builder.State, command.Amount) ?? builder.Accept(new TransferredIn
        {
            FromWalletId = command.FromWalletId, RelatedId = command.TransferId, Amount = command.Amount.Minor,
            Reason = command.Reason, Reference = command.Reference,
        });
    }

    /// <summary>Always accepted, even if the wallet is frozen: the money belongs to it.</summary>
    public static Decision<WalletEvent> Return(WalletState state, ReturnTransfer command, DecisionContext context) =>
        WalletEventBuilder.Begin(state, context).Accept(new TransferReturned
        {
            RelatedId = command.TransferId, Amount = command.Amount.Minor, Day = command.Day, Refusal = command.Refusal,
        });

    /// <summary>Returns the command of the second leg; its operation is the same in every attempt.</summary>
    public static ReceiveTransfer ReceiptOf(TransferredOut sent, in AcceptedCommand command) => new(
        ContextOf(command).Step("receive"), sent.TransactionId, command.Key.Id, AmountOf(sent), sent.Reason, sent.Reference);

    public static ReturnTransfer ReturnOf(TransferredOut sent, in AcceptedCommand command, Error refusal) =>
        new(ContextOf(command).Step("return"), sent.TransactionId, AmountOf(sent), sent.Day, refusal);

    internal static Money AmountOf(WalletMoved moved) => new(moved.Amount, Currency.Parse(moved.Currency));

    internal static CommandContext ContextOf(in AcceptedCommand command) =>
        new(command.Key.OrganisationId, command.ActorId, command.Operation);
}
