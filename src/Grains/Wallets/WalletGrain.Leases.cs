using System.Globalization;
using Platform.Grains.Common.Entities;
using Platform.Grains.Common.Journal;
using Platform.Wallets;
using static Platform.Grains.Wallets.TransferDecisions;

namespace Platform.Grains.Wallets;

/// <summary>
/// Leases between a parent and its children. As with transfers the first step is the record of the intention, and each has an operation
/// id of its own, so that <c>TransferProcessGrain</c> finishes what a crash left behind.
/// </summary>
internal sealed partial class WalletGrain
{
    private const int MaxDraws = 3;

    private Task<bool>? _drawing;
    private long? _told; // Of a child: what its parent was last told that it has spent.

    public async Task<Result<WalletView>> SetBudgetAsync(SetBudget command)
    {
        if (Tentative.Currency is null)
        {
            return CommonErrors.NotFound("wallet");
        }

        var parent = await Of(command.ParentId).GetAsync();
        if (parent.Error is { Kind: not ErrorKind.NotFound } unknown)
        {
            return unknown;
        }

        return parent.Value is { ParentId: null } view && view.Currency == command.Slice.Currency.Code
            ? await ExecuteAsync(command, (state, context) => LeaseDecisions.SetBudget(state, command, context))
            : WalletErrors.InvalidParent;
    }

    public async Task<Result<WalletTransaction?>> DrawLeaseAsync(DrawLease command)
    {
        var drawn = await ExecuteAsync(command, (state, context) => LeaseDecisions.Draw(state, command, context));
        return drawn.Value is { Type: TransactionType.LeaseOut } lease
            ? await DeliverAsync(lease.Id, command.ChildId, lease.Amount, command.Context)
            : drawn;
    }

    public Task<Result<WalletTransaction>> ReceiveLeaseAsync(ReceiveLease command) =>
        ExecuteAsync(command, (state, context) => LeaseDecisions.Receive(state, command, context));

    public async Task<Result<WalletTransaction?>> GiveBackLeaseAsync(GiveBackLease command)
    {
        var given = await ExecuteAsync(command, (state, context) => LeaseDecisions.GiveBack(state, context));
        if (given.Value is not { Type: TransactionType.LeaseReturn } returned)
        {
            return given.IsSuccess && await SettleAsync(command.Context) is { } refusal ? refusal : given;
        }

        // What was spent by then stands in the event.
        var found = await FindAsync(returned);
        return found is null ? given : await ReturnAsync(found.Value.Given, found.Value.Command);
    }

    public Task<Result<WalletTransaction>> TakeBackLeaseAsync(TakeBackLease command) =>
        ExecuteAsync(command, (state, context) => LeaseDecisions.TakeBack(state, command, context));

    public async Task<Result<WalletTransaction?>> FinishLeaseAsync(long version)
    {
        if (await EntryAsync(version) is { } entry)
        {
            var command = Projected.From(entry);
            foreach (var @event in JournalJson.Read<WalletEvent[]>(entry.Events))
            {
                switch (@event)
                {
                    case LeasedOut leased:
                        return await DeliverAsync(leased.TransactionId, leased.RelatedId!.Value, AmountOf(leased), ContextOf(command));
                    case LeaseGivenBack given:
                        return await ReturnAsync(given, command);
                    default:
                        break;
                }
            }
        }

        return CommonErrors.NotFound("lease");
    }

    /// <summary>Of a child that lacks money: asks its parent, one call at a time, until there is enough or the parent refuses.</summary>
    private Task FundAsync(Money amount, CommandContext context) => Tentative.ParentId is null ? Task.CompletedTask : DrawUntilFundedAsync(amount, context);

    private async Task DrawUntilFundedAsync(Money amount, CommandContext context)
    {
        for (var draws = 0; draws < MaxDraws && Tentative is { ParentId: not null, Slice: > 0, Status: WalletStatus.Active } state;)
        {
            if (amount.Minor <= state.Available || amount.Currency != state.Currency)
            {
                return;
            }

            if (_drawing is not { IsCompleted: false })
            {
                draws++;
                _drawing = DrawAsync(state, amount, context.Step($"draw-{draws}"));
            }

            if (!await _drawing)
            {
                return;
            }
        }
    }

    private async Task<bool> DrawAsync(WalletState state, Money amount, CommandContext context)
    {
        var command = new DrawLease(
            context, Key.Id, amount with { Minor = amount.Minor - state.Available }, amount with { Minor = state.Slice }, state.LeaseSpent);
        var drawn = await Of(state.ParentId!.Value).DrawLeaseAsync(command);
        if (drawn.IsSuccess)
        {
            _told = state.LeaseSpent;
        }
        else if (drawn.Error.Kind != ErrorKind.Unavailable && _told != state.LeaseSpent)
        {
            await SettleAsync(context); // What the refused command had to say of what was spent was refused with it.
        }

        return drawn.IsSuccess;
    }

    // With nothing to give back the parent must hear all the same what was spent. Answers the refusal, if any.
    private async Task<Error?> SettleAsync(CommandContext context)
    {
        var (spent, none) = (Tentative.LeaseSpent, Money.Zero(Tentative.Currency!.Value));
        var settle = new DrawLease(
            context.Step(string.Create(CultureInfo.InvariantCulture, $"settle-{spent}")), Key.Id, none, none, spent);
        var settled = await Of(Tentative.ParentId!.Value).DrawLeaseAsync(settle);
        _told = settled.IsSuccess ? spent : _told;
        return settled.Error;
    }

    private async Task<Result<WalletTransaction?>> DeliverAsync(Guid leaseId, Guid childId, Money amount, CommandContext context)
    {
        var received = await Of(childId).ReceiveLeaseAsync(new ReceiveLease(context.Step("receive"), leaseId, Key.Id, amount));
        if (received.IsSuccess || received.Error.Kind == ErrorKind.Unavailable)
        {
            return received!;
        }

        var back = new TakeBackLease(context.Step("take-back"), childId, leaseId, amount, null);
        var taken = await ExecuteAsync(back, (state, decided) => LeaseDecisions.TakeBack(state, back, decided));
        return taken.IsSuccess ? received.Error : taken.Error;
    }

    private async Task<Result<WalletTransaction?>> ReturnAsync(LeaseGivenBack given, Projected command)
    {
        var back = new TakeBackLease(ContextOf(command).Step("take-back"), Key.Id, given.TransactionId, AmountOf(given), given.Spent);
        return (await Of(given.RelatedId!.Value).TakeBackLeaseAsync(back))!;
    }

    private async Task<(LeaseGivenBack Given, Projected Command)?> FindAsync(WalletTransaction returned)
    {
        var stored = await FindOperationAsync(returned.OperationId);
        return stored is null || await EntryAsync(stored.Version) is not { } entry
            ? null
            : (JournalJson.Read<WalletEvent[]>(entry.Events).OfType<LeaseGivenBack>().Single(), Projected.From(entry));
    }

    private IWalletGrain Of(Guid walletId) => GrainFactory.GetGrain<IWalletGrain>(new EntityKey(Key.OrganisationId, walletId).ToString());
}
