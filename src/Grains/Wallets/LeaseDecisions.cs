using Platform.Grains.Engine.Entities;
using Platform.Wallets;
using static Platform.Wallets.LedgerAccount;

namespace Platform.Grains.Wallets;

/// <summary>
/// Decides budgets of sub-users. A child leases a slice of its parent's money and spends it alone, so that the parent is called once per
/// slice and not once per charge. Leased money stays part of the parent's balance until the child's spending is settled: the balance is
/// always free money plus leases.
/// </summary>
public static class LeaseDecisions
{
    public static Decision<WalletEvent> SetBudget(WalletState state, SetBudget command, DecisionContext context, int? day = null)
    {
        if (state.Currency is not { } currency)
        {
            return CommonErrors.NotFound("wallet");
        }

        if (command.Slice.Currency != currency || (command.Slice.Minor != 0 && !WalletRules.IsAmount(command.Slice)))
        {
            return WalletErrors.InvalidSlice;
        }

        if (command.ParentId == context.Key.Id || !state.Leases.IsEmpty)
        {
            return WalletErrors.InvalidParent;
        }

        if (state.ParentId is { } parent ? parent != command.ParentId : state.Balance != 0 || state.Held != 0 || state.CreditLimit != 0)
        {
            return WalletErrors.NotEmpty;
        }

        var keep = command.Slice.Minor < state.Slice ? command.Slice.Minor : long.MaxValue;
        var budget = new BudgetSet(command.ParentId, command.Slice.Minor);
        if (command.Limits is not { } named)
        {
            return ReturnExcess(state, context, keep, budget);
        }

        var limits = new SetLimits(command.Context, null, named.PerTransaction, named.PerDay, named.PerMonth, named.PerActivityType, null);
        if (LimitDecisions.Refusal(state, limits) is { } invalid)
        {
            return invalid;
        }

        var set = LimitDecisions.ToEvent(limits);
        return ReturnExcess(state, context, Math.Min(keep, LimitDecisions.Left(state, set, day)), budget, set);
    }

    /// <summary>Applies changes to a wallet after returning its unspent leased money above an amount.</summary>
    internal static Decision<WalletEvent> ReturnExcess(WalletState state, DecisionContext context, long most, params WalletEvent[] changes)
    {
        if (state.ParentId is null || state.Paid <= most)
        {
            return changes;
        }

        var builder = WalletEventBuilder.Begin(state, context);
        builder.AddBefore(GivenBack(builder.State, builder.State.Paid - most, null));
        return builder.Accept(changes);
    }

    /// <summary>
    /// Returns the error of a child's command that would be refused even with enough money, so that nothing is drawn for it; otherwise
    /// null.
    /// </summary>
    public static Error? RefusalDespiteMoney(
        WalletState state, Money amount, Func<WalletState, DecisionContext, Decision<WalletEvent>> decide, DecisionContext context)
    {
        var funded = WalletRules.IsAmount(amount) ? state with { Paid = state.Paid + amount.Minor } : state;
        return decide(funded, context).Error;
    }

    public static Decision<WalletEvent> Draw(WalletState state, DrawLease command, DecisionContext context)
    {
        if (state.Currency is not { } currency || state.ParentId is not null || command.Needed.Currency != currency)
        {
            return WalletErrors.NotLeased;
        }

        // Spent money is settled even if the wallet is frozen.
        if (command.Needed.Minor > 0 && WalletChecks.Active(state) is { } frozen)
        {
            return frozen;
        }

        var builder = WalletEventBuilder.Begin(state, context);
        if (command.ChildVersion is null)
        {
            Settle(builder, command.ChildId, command.Spent, null, null);
        }

        if (command.Needed.Minor == 0)
        {
            return builder.Accept();
        }

        var granted = Math.Min(Math.Max(command.Needed.Minor, command.Slice.Minor), builder.State.Available);
        if (granted < command.Needed.Minor)
        {
            return WalletErrors.InsufficientFunds(new Money(Math.Max(0, builder.State.Available), currency));
        }

        return builder.Accept(new LeasedOut
        {
            RelatedId = command.ChildId, Amount = granted, ForOperation = command.ForOperation,
            Postings = Buckets.Take(builder.State, granted, Leased),
        });
    }

    public static Decision<WalletEvent> Receive(WalletState state, ReceiveLease command, DecisionContext context) =>
        state.Currency is null || state.ParentId != command.ParentId ? WalletErrors.NotLeased
        : state.Status == WalletStatus.Frozen ? WalletErrors.Frozen
        : state.Slice == 0 ? WalletErrors.NotLeased
        : WalletEventBuilder.Begin(state, context).Accept(new LeasedIn
        {
            RelatedId = command.LeaseId, Amount = command.Amount.Minor, ForOperation = command.ForOperation,
        });

    /// <summary>Makes no transaction if there is nothing to give back.</summary>
    public static Decision<WalletEvent> GiveBack(WalletState state, GiveBackLease command, DecisionContext context)
    {
        if (state.ParentId is null)
        {
            return WalletErrors.NotLeased;
        }

        var builder = WalletEventBuilder.Begin(state, context);
        var amount = Math.Min(command.Amount?.Minor ?? long.MaxValue, builder.State.Paid);
        return amount <= 0 ? builder.Accept() : builder.Accept(GivenBack(builder.State, amount, command.ForOperation));
    }

    /// <summary>Always accepted, even if the wallet is frozen: the money belongs to it.</summary>
    public static Decision<WalletEvent> TakeBack(WalletState state, TakeBackLease command, DecisionContext context)
    {
        var builder = WalletEventBuilder.Begin(state, context);
        if (command.Spent is { } spent)
        {
            Settle(builder, command.ChildId, spent, null, null);
        }

        var lease = builder.State.Leases.GetValueOrDefault(command.ChildId, Lease.None);
        return builder.Accept(new LeaseTakenBack
        {
            RelatedId = command.BeganBy, ChildId = command.ChildId, Amount = command.Amount.Minor,
            Postings = builder.GiveBack(lease.Last(command.Amount.Minor), Leased),
        });
    }

    /// <summary>Settles what children have reported, even if the wallet is frozen. Skips what is already settled.</summary>
    public static Decision<WalletEvent> Settle(WalletState state, SettleLeases command, DecisionContext context)
    {
        if (state.Currency is null)
        {
            return CommonErrors.NotFound("wallet");
        }

        var builder = WalletEventBuilder.Begin(state, context);
        foreach (var spending in command.Spendings)
        {
            Settle(builder, spending.ChildId, spending.Spent, spending.Version, spending.At < context.Now ? spending.At : null);
        }

        return builder.Accept();
    }

    // A refund at the child reduces its spending: the lease then grows again by the bucket that was spent last.
    private static void Settle(WalletEventBuilder builder, Guid child, long spent, long? version, DateTimeOffset? at)
    {
        var lease = builder.State.Leases.GetValueOrDefault(child, Lease.None);
        var change = spent - lease.Settled;
        if (change == 0 || version <= lease.Version)
        {
            return;
        }

        builder.AddBefore(new LeaseSettled
        {
            RelatedId = child, Amount = Math.Abs(change), Spent = spent, ChildVersion = version, EffectiveAt = at,
            Postings = change > 0
                ? [.. lease.Next(change).Select(part => new Posting(Leased, LeaseFunding, part.Amount, part.Bucket))]
                : [.. lease.SpentLast(-change).Select(part => new Posting(LeaseFunding, Leased, part.Amount, part.Bucket))],
        });
    }

    private static LeaseGivenBack GivenBack(WalletState state, long amount, Guid? forOperation) => new()
    {
        RelatedId = state.ParentId, Amount = amount, Spent = state.LeaseSpent, ForOperation = forOperation,
        Postings = [new Posting(Wallet, LeaseFunding, amount)],
    };
}
