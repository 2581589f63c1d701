using Platform.Grains.Common.Entities;
using Platform.Wallets;
using static Platform.Wallets.LedgerAccount;

namespace Platform.Grains.Wallets;

/// <summary>
/// Budgets of sub-users as leases: a child has a slice of its parent's money and spends it by itself, so that the parent is asked once a
/// slice and not once a charge. What is leased stays part of the parent's balance until the child has spent it and it is settled: the
/// parent's free money and its leases are its balance, always. Pure.
/// </summary>
public static class LeaseDecisions
{
    public static Decision<WalletEvent, WalletView> SetBudget(WalletState state, SetBudget command, DecisionContext context)
    {
        if (state.Currency is not { } currency)
        {
            return CommonErrors.NotFound("wallet");
        }

        if (command.Slice.Currency != currency || command.Slice.Minor is < 0 or > Money.MaxRequestMinor)
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

        var set = new BudgetSet(command.ParentId, command.Slice.Minor);
        return Decision<WalletEvent, WalletView>.Accept(state.Apply(set).ToView(context.Key, context.NextVersion, context.Now), set);
    }

    public static Decision<WalletEvent, WalletTransaction?> Draw(WalletState state, DrawLease command, DecisionContext context)
    {
        if (state.Currency is not { } currency || state.ParentId is not null || command.Needed.Currency != currency)
        {
            return WalletErrors.NotLeased;
        }

        // What is spent is spent: it is settled also where the wallet is frozen.
        if (command.Needed.Minor > 0 && WalletChecks.Active(state) is { } frozen)
        {
            return frozen;
        }

        var turn = WalletTurn.Begin(state, context);
        Settle(turn, command.ChildId, command.Spent, currency);
        var granted = Math.Min(Math.Max(command.Needed.Minor, command.Slice.Minor), turn.State.Transferable);
        if (command.Needed.Minor == 0)
        {
            return turn.AcceptExpired();
        }

        if (granted < command.Needed.Minor)
        {
            return WalletErrors.InsufficientFunds(new Money(Math.Max(0, turn.State.Transferable), currency));
        }

        var accepted = turn.Accept(new LeasedOut { RelatedId = command.ChildId, Amount = granted });
        return Decision<WalletEvent, WalletTransaction?>.Accept(accepted.Reply, accepted.Events);
    }

    public static Decision<WalletEvent, WalletTransaction> Receive(WalletState state, ReceiveLease command, DecisionContext context) =>
        state.Currency is null || state.ParentId != command.ParentId ? WalletErrors.NotLeased
        : state.Status == WalletStatus.Frozen ? WalletErrors.Frozen
        : state.Slice == 0 ? WalletErrors.NotLeased
        : WalletTurn.Begin(state, context).Accept(new LeasedIn { RelatedId = command.LeaseId, Amount = command.Amount.Minor });

    /// <summary>Nothing to give back is no transaction.</summary>
    public static Decision<WalletEvent, WalletTransaction?> GiveBack(WalletState state, DecisionContext context)
    {
        if (state.ParentId is not { } parent)
        {
            return WalletErrors.NotLeased;
        }

        var turn = WalletTurn.Begin(state, context);
        if (turn.State.Paid <= 0)
        {
            return turn.AcceptExpired();
        }

        var accepted = turn.Accept(new LeaseGivenBack
        {
            RelatedId = parent, Amount = turn.State.Paid, Spent = turn.State.LeaseSpent, Postings = [new Posting(Wallet, LeaseFunding, turn.State.Paid)],
        });
        return Decision<WalletEvent, WalletTransaction?>.Accept(accepted.Reply, accepted.Events);
    }

    /// <summary>Accepted whatever became of the wallet meanwhile: the money is its own.</summary>
    public static Decision<WalletEvent, WalletTransaction> TakeBack(WalletState state, TakeBackLease command, DecisionContext context)
    {
        var turn = WalletTurn.Begin(state, context);
        if (command.Spent is { } spent)
        {
            Settle(turn, command.ChildId, spent, command.Amount.Currency);
        }

        return turn.Accept(new LeaseTakenBack
        {
            RelatedId = command.BeganBy, ChildId = command.ChildId, Amount = command.Amount.Minor,
            Postings = [new Posting(Leased, Wallet, command.Amount.Minor)],
        });
    }

    // A refund at the child makes what it has spent less: then the lease grows again.
    private static void Settle(WalletTurn turn, Guid child, long spent, Currency currency)
    {
        var change = spent - (turn.State.Leases.GetValueOrDefault(child)?.Settled ?? 0);
        if (change != 0)
        {
            turn.Precede(new LeaseSettled
            {
                RelatedId = child, Amount = Math.Abs(change), Spent = spent,
                Postings = [change > 0 ? new Posting(Leased, LeaseFunding, change) : new Posting(LeaseFunding, Leased, -change)],
            });
        }
    }
}
