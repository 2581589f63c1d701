using Platform.Grains.Engine.Entities;
using Platform.Wallets;
using static Platform.Wallets.LedgerAccount;

namespace Platform.Grains.Wallets;

/// <summary>
/// Decides refunds, reversals and adjustments. The original is the transaction from the journal, null if there is none. Money that was
/// spent last returns first, into the bucket it came from.
/// </summary>
public static class CorrectionDecisions
{
    public static Decision<WalletEvent> Refund(WalletState state, Refund command, WalletMoved? original, DecisionContext context)
    {
        if (WalletChecks.Active(state) is { } error)
        {
            return error;
        }

        if (command.Amount is { } named && WalletChecks.Amount(state, named) is { } invalid)
        {
            return invalid;
        }

        if ((command.Reason is not null && !WalletRules.IsReason(command.Reason)) || !Metadata.IsValid(command.Metadata))
        {
            return command.Reason is null ? WalletErrors.InvalidMetadata : WalletErrors.InvalidReason;
        }

        if (original is null || original.TransactionId != command.OriginalId)
        {
            return CommonErrors.NotFound("transaction");
        }

        if (original is not (Charged or HoldCaptured))
        {
            return WalletErrors.NotRefundable;
        }

        var builder = WalletEventBuilder.Begin(state, context);
        var left = original.Amount - builder.State.GivenBack.GetValueOrDefault(original.TransactionId);
        var amount = command.Amount?.Minor ?? left;
        return amount > left || left == 0
            ? WalletErrors.RefundTooLarge(new Money(left, state.Currency!.Value))
            : WalletChecks.BalanceLimit(builder.State, new Money(amount, state.Currency!.Value)) ?? builder.Accept(new Refunded
            {
                RelatedId = original.TransactionId, Amount = amount, Reason = command.Reason, Reference = original.Reference,
                Metadata = command.Metadata,
                Postings = GiveBack(builder, original, left, amount),
            });
    }

    public static Decision<WalletEvent> Reverse(WalletState state, Reverse command, WalletMoved? original, DecisionContext context)
    {
        if (((command.EvenIfFrozen ? null : WalletChecks.Active(state)) ?? WalletChecks.Texts(command.Reason, null)) is { } error)
        {
            return error;
        }

        if (original is null || original.TransactionId != command.OriginalId)
        {
            return CommonErrors.NotFound("transaction");
        }

        // The transaction is older than the budget: the money in the wallet now belongs to the parent.
        if (original is Deposited or Adjusted or Promoted && WalletChecks.OwnMoney(state) is { } leased)
        {
            return leased;
        }

        var builder = WalletEventBuilder.Begin(state, context);
        var left = original is Promoted
            // Not what is spent, held or expired.
            ? builder.State.Credits.Find(credit => credit.Bucket == original.Sequence)?.Remaining ?? 0
            : original.Amount - builder.State.GivenBack.GetValueOrDefault(original.TransactionId);
        if (left == 0)
        {
            return WalletErrors.AlreadyReversed;
        }

        var postings = original switch
        {
            Charged or HoldCaptured => GiveBack(builder, original, left, left),
            Promoted => [new Posting(Promotional, PromotionFunding, left, original.Sequence)],
            Deposited or Adjusted => [.. Postings.Of(original).Select(posting => posting with { From = posting.To, To = posting.From })],
            _ => null,
        };
        if (postings is null)
        {
            return WalletErrors.NotReversible;
        }

        return Affordable(builder.State, postings) ?? builder.Accept(new Reversed
        {
            RelatedId = original.TransactionId, Amount = left, Reason = command.Reason, Reference = original.Reference, Postings = postings,
        });
    }

    /// <summary>For existing see <see cref="WalletDecisions.Deposit"/>.</summary>
    public static Decision<WalletEvent> Adjust(WalletState state, Adjust command, DecisionContext context, Guid? existing = null)
    {
        var invalid = WalletChecks.Amount(state, command.Amount) ?? WalletChecks.Texts(command.Reason, command.Reference) ??
            (Metadata.IsValid(command.Metadata) ? WalletChecks.OwnMoney(state) : WalletErrors.InvalidMetadata);
        if (invalid is not null)
        {
            return invalid;
        }

        if (command.EffectiveAt > context.Now || command.EffectiveAt < DateTimeOffset.UnixEpoch)
        {
            return WalletErrors.InvalidEffectiveAt;
        }

        if (existing is { } transaction)
        {
            return WalletErrors.DuplicateReference(transaction);
        }

        var builder = WalletEventBuilder.Begin(state, context);
        var amount = command.Amount.Minor;
        IReadOnlyList<Posting> postings = command.Direction == AdjustmentDirection.Credit
            ? [new Posting(Adjustment, Wallet, amount)]
            : [new Posting(Wallet, Adjustment, amount)];
        return Affordable(builder.State, postings) ?? builder.Accept(new Adjusted
        {
            Amount = amount, Reason = command.Reason, Reference = command.Reference, Metadata = command.Metadata,
            EffectiveAt = Microseconds(command.EffectiveAt),
            Postings = postings,
        });
    }

    // PostgreSQL stores microseconds; a finer instant would not match the hash.
    private static DateTimeOffset? Microseconds(DateTimeOffset? at) =>
        at is { } instant ? new DateTimeOffset(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero) : null;

    /// <summary>Returns an amount of what remains of a charge, starting with what was spent last.</summary>
    private static List<Posting> GiveBack(WalletEventBuilder builder, WalletMoved original, long left, long amount)
    {
        Part[] taken =
            [.. Postings.Of(original).Where(posting => posting.To == Revenue).Select(posting => new Part(posting.Bucket, posting.Amount))];
        var (remaining, _) = Buckets.Split(taken, left);
        var (_, back) = Buckets.Split(remaining, left - amount);
        back.Reverse();
        return [.. back.Select(part => new Posting(Revenue, builder.AccountOf(part.Bucket), part.Amount, part.Bucket))];
    }

    private static Error? Affordable(WalletState state, IReadOnlyList<Posting> postings)
    {
        var paid = -postings.Into(Wallet);
        if (paid > 0 && paid > state.Transferable)
        {
            return WalletErrors.InsufficientFunds(new Money(Math.Max(0, state.Transferable), state.Currency!.Value));
        }

        foreach (var posting in postings.Where(posting => posting.From == Promotional))
        {
            var remaining = state.Credits.Find(credit => credit.Bucket == posting.Bucket)?.Remaining ?? 0;
            if (posting.Amount > remaining)
            {
                return WalletErrors.InsufficientFunds(new Money(remaining, state.Currency!.Value));
            }
        }

        return paid < 0 ? WalletChecks.BalanceLimit(state, new Money(-paid, state.Currency!.Value)) : null;
    }
}
