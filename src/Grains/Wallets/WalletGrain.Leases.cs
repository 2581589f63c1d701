using Platform.Grains.Engine.Entities;
using Platform.Wallets;
using static Platform.Grains.Wallets.TransferDecisions;

namespace Platform.Grains.Wallets;

/// <summary>
/// Leases between a parent and its children. As with transfers, the first step records the intention and each step has its own operation
/// id, so that <c>TransferProcessGrain</c> can finish after a crash.
/// </summary>
internal sealed partial class WalletGrain
{
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

        if (parent.Value is not { ParentId: null } view || view.Currency != command.Slice.Currency.Code)
        {
            return WalletErrors.InvalidParent;
        }

        var zone = await zones.OfAsync(GrainFactory, Key.OrganisationId);
        var set = await ExecuteAsync(
            command, (state, context) => LeaseDecisions.SetBudget(state, command, context, zone.DayOf(context.Now)), WalletDefinition.View);
        StartReporting();
        return await ReturnedAsync(command, set);
    }

    public async Task<Result<WalletTransaction?>> DrawLeaseAsync(DrawLease command)
    {
        var drawn = await ExecuteAsync(command, LeaseDecisions.Draw, WalletDefinition.TransactionIfAny);
        return drawn.Value is { Type: TransactionType.LeaseOut } lease
            ? await DeliverAsync(lease.Id, command.ChildId, lease.Amount, command.ForOperation, command.Context)
            : drawn;
    }

    public Task<Result<WalletTransaction>> ReceiveLeaseAsync(ReceiveLease command) =>
        ExecuteAsync(command, LeaseDecisions.Receive, WalletDefinition.Transaction);

    public async Task<Result<WalletTransaction?>> GiveBackLeaseAsync(GiveBackLease command)
    {
        var given = await ExecuteAsync(command, LeaseDecisions.GiveBack, WalletDefinition.TransactionIfAny);
        if (given.IsSuccess)
        {
            await ReportSpendingAsync();
        }

        return given.Value is { Type: TransactionType.LeaseReturn } returned && await GivenBackAsync(returned.OperationId) is { } found
            ? await ReturnAsync(found.Given, found.Command)
            : given;
    }

    public Task<Result<WalletTransaction>> TakeBackLeaseAsync(TakeBackLease command) =>
        ExecuteAsync(command, LeaseDecisions.TakeBack, WalletDefinition.Transaction);

    public async Task<Result<WalletTransaction?>> FinishLeaseAsync(long version)
    {
        if (await EntryAsync(version) is { } entry)
        {
            var command = AcceptedCommand.From(entry);
            foreach (var @event in JournalJson.Read<WalletEvent[]>(entry.Events))
            {
                switch (@event)
                {
                    case LeasedOut leased:
                        return await DeliverAsync(
                            leased.TransactionId, leased.RelatedId!.Value, AmountOf(leased), leased.ForOperation, ContextOf(command));
                    case LeasedIn { ForOperation: { } operation } received:
                        return await FinishDrawAsync(received, new OperationId(operation), ContextOf(command));
                    case LeaseGivenBack given:
                        return await ReturnAsync(given, command);
                    default:
                        break;
                }
            }
        }

        return CommonErrors.NotFound("lease");
    }

    // Returns money drawn for a command that was refused or never decided. A command in progress still needs it.
    private async Task<Result<WalletTransaction?>> FinishDrawAsync(LeasedIn received, OperationId operation, CommandContext context)
    {
        if (_funding?.Contains(operation) == true)
        {
            return CommonErrors.Overloaded;
        }

        return await FindOperationAsync(operation) is { Refused: false }
            ? new Result<WalletTransaction?>(null, null)
            : await GiveBackLeaseAsync(new GiveBackLease(context.Step("give-back"), AmountOf(received), operation.Value));
    }

    private async Task<Result<WalletTransaction?>> DeliverAsync(
        Guid leaseId, Guid childId, Money amount, Guid? forOperation, CommandContext context)
    {
        var received = await Of(childId)
            .ReceiveLeaseAsync(new ReceiveLease(context.Step("receive"), leaseId, Key.Id, amount, forOperation));
        if (received.IsSuccess || received.Error.Kind == ErrorKind.Unavailable)
        {
            return received!;
        }

        var back = new TakeBackLease(context.Step("take-back"), childId, leaseId, amount, null);
        var taken = await ExecuteAsync(back, LeaseDecisions.TakeBack, WalletDefinition.Transaction);
        return taken.IsSuccess ? received.Error : taken.Error;
    }

    // Reports first: the returned money may include refunds that the parent does not know of yet.
    private async Task<Result<WalletTransaction?>> ReturnAsync(LeaseGivenBack given, AcceptedCommand command)
    {
        await ReportSpendingAsync();
        var back = new TakeBackLease(ContextOf(command).Step("take-back"), Key.Id, given.TransactionId, AmountOf(given), null);
        return (await Of(given.RelatedId!.Value).TakeBackLeaseAsync(back))!;
    }

    // Returns a child's money above a slice to the parent, after a release or refund. Waits if a command in progress may need it.
    private async Task<Result<TReply>> ReturnExcessAsync<TReply>(Command command, Result<TReply> done)
    {
        if (done.IsSuccess && Tentative is { ParentId: not null, Currency: { } currency } state && state.Paid > state.Slice &&
            (state.Slice == 0 || _funding is not { Count: > 0 }))
        {
            var beyond = new Money(state.Paid - state.Slice, currency);
            var given = await GiveBackLeaseAsync(new GiveBackLease(command.Context.Step("keep-slice"), beyond));
            return given.Error is null ? done : given.Error;
        }

        return done;
    }

    // Delivers the money that a lowered slice or limit gave back; the journal row of the change contains it.
    private async Task<Result<WalletView>> ReturnedAsync(Command command, Result<WalletView> changed)
    {
        var error = changed.IsSuccess && Tentative.ParentId is not null && await GivenBackAsync(command.Context.Operation) is { } found
            ? (await ReturnAsync(found.Given, found.Command)).Error
            : null;
        return error is null ? changed : error;
    }

    private async Task<(LeaseGivenBack Given, AcceptedCommand Command)?> GivenBackAsync(OperationId operation) =>
        await FindOperationAsync(operation) is { Refused: false } stored && await EntryAsync(stored.Version) is { } entry &&
        JournalJson.Read<WalletEvent[]>(entry.Events).OfType<LeaseGivenBack>().FirstOrDefault() is { } given
            ? (given, AcceptedCommand.From(entry))
            : null;

    private IWalletGrain Of(Guid walletId) => GrainFactory.GetGrain<IWalletGrain>(new EntityKey(Key.OrganisationId, walletId).ToString());
}
