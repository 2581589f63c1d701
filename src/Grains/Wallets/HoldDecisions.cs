using Platform.Grains.Engine.Entities;
using Platform.Wallets;
using static Platform.Wallets.LedgerAccount;

namespace Platform.Grains.Wallets;

/// <summary>Holds: an amount is set aside, then captured whole or in part, voided or expired; whichever is first. Pure.</summary>
public static class HoldDecisions
{
    private const int MaxHolds = 1_000;

    public static Decision<WalletEvent> Hold(WalletState state, Hold command, DecisionContext context, int day)
    {
        if (WalletChecks.Movable(state, command.Amount, command.Metadata) is { } error)
        {
            return error;
        }

        if (WalletChecks.Texts(command.Reason, command.Reference) is { } unfit)
        {
            return unfit;
        }

        if (!WalletRules.IsHoldTime(command.ExpiresIn))
        {
            return WalletErrors.InvalidExpiry;
        }

        var turn = WalletTurn.Begin(state, context);
        if (turn.State.Holds.Count >= MaxHolds)
        {
            return WalletErrors.TooManyHolds;
        }

        return WalletChecks.Spendable(turn.State, command.Amount, turn.State.Available, day, command.ActivityType) ?? turn.Accept(new HoldPlaced
        {
            Amount = command.Amount.Minor, Reason = command.Reason, Reference = command.Reference, Metadata = command.Metadata,
            Day = day, ActivityType = command.ActivityType, ExpiresAt = context.Now.AddSeconds(command.ExpiresIn),
            Postings = Buckets.Take(turn.State, command.Amount.Minor, Held),
        });
    }

    public static Decision<WalletEvent> Capture(WalletState state, Capture command, DecisionContext context)
    {
        if (WalletChecks.Active(state) is { } error)
        {
            return error;
        }

        if (command.Amount is { } amount && WalletChecks.Amount(state, amount) is { } unfit)
        {
            return unfit;
        }

        var turn = WalletTurn.Begin(state, context);
        if (!turn.State.Holds.TryGetValue(command.HoldId, out var hold))
        {
            return WhyNotOpen(turn.State, command.HoldId);
        }

        var captured = command.Amount?.Minor ?? hold.Amount;
        if (captured > hold.Amount)
        {
            return WalletErrors.CaptureTooLarge(new Money(hold.Amount, state.Currency!.Value));
        }

        var (taken, rest) = Buckets.Split(hold.Parts, captured);
        return turn.Accept(new HoldCaptured
        {
            RelatedId = command.HoldId, Amount = captured,
            Postings = [.. taken.Select(part => new Posting(Held, Revenue, part.Amount, part.Bucket)), .. turn.GiveBack(rest)],
        });
    }

    public static Decision<WalletEvent> Void(WalletState state, VoidHold command, DecisionContext context)
    {
        if (state.Currency is null)
        {
            return CommonErrors.NotFound("wallet");
        }

        var turn = WalletTurn.Begin(state, context);
        return turn.State.Holds.TryGetValue(command.HoldId, out var hold)
            ? turn.Accept(new HoldReleased { RelatedId = command.HoldId, Amount = hold.Amount, Postings = turn.GiveBack(hold.Parts) })
            : WhyNotOpen(turn.State, command.HoldId);
    }

    public static Decision<WalletEvent> ExpireDue(WalletState state, DecisionContext context) =>
        state.Currency is null ? CommonErrors.NotFound("wallet") : WalletTurn.Begin(state, context).Accept();

    private static Error WhyNotOpen(WalletState state, Guid holdId) => state.Ended.Find(ended => ended.Id == holdId)?.End switch
    {
        TransactionType.Capture => WalletErrors.HoldCaptured,
        TransactionType.Release => WalletErrors.HoldVoided,
        TransactionType.Expiry => WalletErrors.HoldExpired,
        _ => WalletErrors.HoldNotOpen,
    };
}
