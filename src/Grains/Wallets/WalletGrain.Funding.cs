using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Of a child that spends: what would be refused however much money there is draws nothing; what lacks money draws it from the parent; and
/// if the command is refused after all, what it drew goes back.
/// </summary>
internal sealed partial class WalletGrain
{
    private const int MaxDraws = 3;

    private List<OperationId>? _funding; // Commands between the draw and their outcome.
    private Task<long>? _drawing;

    private Task<Result<WalletTransaction>> SpendAsync(
        Command command, Money? needed, Func<WalletState, DecisionContext, Decision<WalletEvent>> decide) =>
        Tentative.ParentId is null
            ? ExecuteAsync(command, decide, WalletDefinition.Transaction)
            : SpendLeasedAsync(command, needed, decide);

    private async Task<Result<WalletTransaction>> SpendLeasedAsync(
        Command command, Money? needed, Func<WalletState, DecisionContext, Decision<WalletEvent>> decide)
    {
        await HearAsync();
        var caller = command.Context;
        (_funding ??= []).Add(caller.Operation);
        try
        {
            var drawn = needed is { } amount && Lacks(amount) ? await FundAsync(caller, amount, Decide) : 0;
            var spent = await ExecuteAsync(command, Decide, WalletDefinition.Transaction);
            if (!spent.IsSuccess && drawn > 0)
            {
                await GiveBackLeaseAsync(new GiveBackLease(
                    caller.Step("give-back-drawn"), new Money(drawn, Tentative.Currency!.Value), caller.Operation.Value));
            }

            await TellAsync();
            return spent;
        }
        finally
        {
            _funding.Remove(caller.Operation);
        }

        // What is not well formed is told first, as without a parent.
        Decision<WalletEvent> Decide(WalletState state, DecisionContext context)
        {
            var decision = decide(state, context);
            return _parentFrozen && decision.Error is not { Kind: ErrorKind.Invalid or ErrorKind.NotFound } ? WalletErrors.ParentFrozen : decision;
        }
    }

    private bool Lacks(Money amount) =>
        Tentative is { Slice: > 0, Status: WalletStatus.Active } state && !_parentFrozen && amount.Currency == state.Currency && amount.Minor > state.Available;

    /// <summary>What was drawn for a command. One draw is under way at a time: its slice may be enough for others too.</summary>
    private async Task<long> FundAsync(
        CommandContext caller, Money amount, Func<WalletState, DecisionContext, Decision<WalletEvent>> decide)
    {
        var drawn = 0L;
        if (IsRefused() || await FindOperationAsync(caller.Operation) is not null)
        {
            return drawn;
        }

        for (var draws = 0; draws < MaxDraws && Lacks(amount) && !IsRefused();)
        {
            if (_drawing is { IsCompleted: false })
            {
                await ((Task)_drawing).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            draws++;
            var drawing = _drawing = DrawAsync(caller, amount);
            var some = await drawing;
            if (some == 0)
            {
                break;
            }

            drawn += some;
        }

        return drawn;

        bool IsRefused() => LeaseDecisions.RefusalDespiteMoney(
            Tentative, amount, decide, new DecisionContext(Key, 0, caller, Time.GetUtcNow())) is not null;
    }

    // Each draw is an operation of its own: one that was given back must not be answered again with the same money.
    private async Task<long> DrawAsync(CommandContext caller, Money amount)
    {
        await TellAsync();
        var zone = await zones.OfAsync(GrainFactory, Key.OrganisationId);
        var spent = await ReadAsync<LeaseSpending>(static (durable, version) => new LeaseSpending(durable.LeaseSpent, version, null));
        var state = Tentative;
        var needed = amount.Minor - state.Available;
        if (needed <= 0 || !spent.IsSuccess)
        {
            return 0;
        }

        // Not more than its limits let it spend.
        var slice = Math.Min(state.Slice, state.Limits.Left(state.Spending, zone.DayOf(Time.GetUtcNow())));
        var drawn = await Of(state.ParentId!.Value).DrawLeaseAsync(new DrawLease(
            caller with { Operation = OperationId.Fresh(Time) }, Key.Id, amount with { Minor = needed }, amount with { Minor = slice },
            spent.Value.Spent!.Value, spent.Value.Version, caller.Operation.Value));
        if (drawn.Error is { Kind: ErrorKind.Unavailable } later)
        {
            throw new JournalUnavailableException(later.Message); // Whether there is money is not known.
        }

        _parentFrozen |= drawn.Error?.Code == WalletErrors.Frozen.Code;
        return drawn.Value?.Amount.Minor ?? 0;
    }
}
