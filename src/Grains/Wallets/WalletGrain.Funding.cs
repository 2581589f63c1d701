using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Spending of a child. A command that lacks money draws it from the parent, unless it would be refused anyway. If the command is refused
/// in the end, the drawn money returns.
/// </summary>
internal sealed partial class WalletGrain
{
    private const int MaxDraws = 3;

    private List<OperationId>? _funding; // Commands that may have drawn money and are not yet decided.
    private Task<long>? _drawing;

    private Task<Result<WalletTransaction>> SpendAsync(
        Command command, Money? needed, Func<WalletState, DecisionContext, Decision<WalletEvent>> decide) =>
        Tentative.ParentId is null
            ? ExecuteAsync(command, decide, WalletDefinition.Transaction)
            : SpendLeasedAsync(command, needed, decide);

    private async Task<Result<WalletTransaction>> SpendLeasedAsync(
        Command command, Money? needed, Func<WalletState, DecisionContext, Decision<WalletEvent>> decide)
    {
        await CheckParentAsync();
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

            await ReportSpendingAsync();
            return spent;
        }
        finally
        {
            _funding.Remove(caller.Operation);
        }

        // Errors in the command take precedence, as for a wallet without a parent.
        Decision<WalletEvent> Decide(WalletState state, DecisionContext context)
        {
            var decision = decide(state, context);
            return _parentFrozen && decision.Error is not { Kind: ErrorKind.Invalid or ErrorKind.NotFound }
                ? WalletErrors.ParentFrozen
                : decision;
        }
    }

    private bool Lacks(Money amount) =>
        Tentative is { Slice: > 0, Status: WalletStatus.Active } state && !_parentFrozen && amount.Currency == state.Currency &&
            amount.Minor > state.Available;

    /// <summary>
    /// Draws money for a command and returns the drawn amount. Draws run one at a time, because one slice may be enough for several
    /// commands.
    /// </summary>
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
                await ((Task)_drawing)
                    .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            draws++;
            var drawing = _drawing = DrawAsync(caller, amount);
            var received = await drawing;
            if (received == 0)
            {
                break;
            }

            drawn += received;
        }

        return drawn;

        bool IsRefused() => LeaseDecisions.RefusalDespiteMoney(
            Tentative, amount, decide, new DecisionContext(Key, 0, caller, Time.GetUtcNow())) is not null;
    }

    // Each draw has a new operation id: a repeated draw must not be answered with money that was given back.
    private async Task<long> DrawAsync(CommandContext caller, Money amount)
    {
        await ReportSpendingAsync();
        var zone = await zones.OfAsync(GrainFactory, Key.OrganisationId);
        var spent = await ReadAsync<LeaseSpending>(static (durable, version) => new LeaseSpending(durable.LeaseSpent, version, null));
        var state = Tentative;
        var needed = amount.Minor - state.Available;
        if (needed <= 0 || !spent.IsSuccess)
        {
            return 0;
        }

        // Not more than the limits allow.
        var slice = Math.Min(state.Slice, state.Limits.Left(state.Spending, zone.DayOf(Time.GetUtcNow())));
        var drawn = await Of(state.ParentId!.Value).DrawLeaseAsync(new DrawLease(
            caller with { Operation = OperationId.Fresh(Time) }, Key.Id, amount with { Minor = needed }, amount with { Minor = slice },
            spent.Value.Spent!.Value, spent.Value.Version, caller.Operation.Value));
        if (drawn.Error is { Kind: ErrorKind.Unavailable } unavailable)
        {
            throw new JournalUnavailableException(unavailable.Message); // It is unknown whether the parent has money.
        }

        _parentFrozen |= drawn.Error?.Code == WalletErrors.Frozen.Code;
        return drawn.Value?.Amount.Minor ?? 0;
    }
}
