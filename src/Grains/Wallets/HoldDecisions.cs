using Platform.Grains.Engine.Entities;
using Platform.Wallets;
using static Platform.Wallets.LedgerAccount;

namespace Platform.Grains.Wallets;

/// <summary>Decides holds: an amount is reserved, then captured in whole or in part, voided or expired.</summary>
public static class HoldDecisions
{
    private const int MaxHolds = 1_000;

    public static Decision<WalletEvent> Hold(WalletState state, Hold command, DecisionContext context, int day)
    {
        if (WalletChecks.Movable(state, command.Amount, command.Metadata) is { } error)
        {
            return error;
        }

        if (WalletChecks.Texts(command.Reason, command.Reference) is { } invalid)
        {
            return invalid;
        }

        if (!WalletRules.IsHoldTime(command.ExpiresIn))
        {
            return WalletErrors.InvalidExpiry;
        }

        var builder = WalletEventBuilder.Begin(state, context);
        if (builder.State.Holds.Count >= MaxHolds)
        {
            return WalletErrors.TooManyHolds;
        }

        return WalletChecks.Spendable(builder.State, command.Amount, builder.State.Available, day, command.ActivityType) ??
            builder.Accept(new HoldPlaced
            {
                Amount = command.Amount.Minor, Reason = command.Reason, Reference = command.Reference, Metadata = command.Metadata,
                Day = day, ActivityType = command.ActivityType, ExpiresAt = context.Now.AddSeconds(command.ExpiresIn),
                Postings = Buckets.Take(builder.State, command.Amount.Minor, Held),
            });
    }

    public static Decision<WalletEvent> Capture(WalletState state, Capture command, DecisionContext context)
    {
        if (WalletChecks.Active(state) is { } error)
        {
            return error;
        }

        if (command.Amount is { } amount && WalletChecks.Amount(state, amount) is { } invalid)
        {
            return invalid;
        }

        var builder = WalletEventBuilder.Begin(state, context);
        if (!builder.State.Holds.TryGetValue(command.HoldId, out var hold))
        {
            return NotOpenError(builder.State, command.HoldId);
        }

        var captured = command.Amount?.Minor ?? hold.Amount;
        if (captured > hold.Amount)
        {
            return WalletErrors.CaptureTooLarge(new Money(hold.Amount, state.Currency!.Value));
        }

        var (taken, rest) = Buckets.Split(hold.Parts, captured);
        return builder.Accept(new HoldCaptured
        {
            RelatedId = command.HoldId, Amount = captured,
            Postings = [.. taken.Select(part => new Posting(Held, Revenue, part.Amount, part.Bucket)), .. builder.GiveBack(rest)],
        });
    }

    public static Decision<WalletEvent> Void(WalletState state, VoidHold command, DecisionContext context)
    {
        if (state.Currency is null)
        {
            return CommonErrors.NotFound("wallet");
        }

        var builder = WalletEventBuilder.Begin(state, context);
        return builder.State.Holds.TryGetValue(command.HoldId, out var hold)
            ? builder.Accept(new HoldReleased { RelatedId = command.HoldId, Amount = hold.Amount, Postings = builder.GiveBack(hold.Parts) })
            : NotOpenError(builder.State, command.HoldId);
    }

    public static Decision<WalletEvent> ExpireDue(WalletState state, DecisionContext context) =>
        state.Currency is null ? CommonErrors.NotFound("wallet") : WalletEventBuilder.Begin(state, context).Accept();

    private static Error NotOpenError(WalletState state, Guid holdId) => state.Ended.Find(ended => ended.Id == holdId)?.End switch
    {
        TransactionType.Capture => WalletErrors.HoldCaptured,
        TransactionType.Release => WalletErrors.HoldVoided,
        TransactionType.Expiry => WalletErrors.HoldExpired,
        _ => WalletErrors.HoldNotOpen,
    };
}
