using Orleans.Concurrency;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Organisations;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

[GrainType("wallet"), Reentrant]
internal sealed partial class WalletGrain(
    WalletDefinition definition, EntityServices services, OrganisationZones zones, ILedgerReader ledger, IChildWallets children,
    IJournalReader journal)
    : EntityGrain<WalletState, WalletEvent>(definition, services), IWalletGrain
{
    public Task<Result<WalletView>> OpenAsync(OpenWallet command) =>
        ExecuteAsync(command, WalletDecisions.Open, WalletDefinition.View);

    public Task<Result<WalletTransaction>> DepositAsync(Deposit command) => command.UniqueReference
        ? WithReferenceLockAsync(command.Reference, command.Context.Operation, existing => ExecuteAsync(
            command, (state, context) => WalletDecisions.Deposit(state, command, context, existing), WalletDefinition.Transaction))
        : ExecuteAsync(command, (state, context) => WalletDecisions.Deposit(state, command, context), WalletDefinition.Transaction);

    public async Task<Result<WalletTransaction>> ChargeAsync(Charge command)
    {
        var zone = await zones.OfAsync(GrainFactory, Key.OrganisationId);
        return await SpendAsync(
            command, command.Amount, (state, context) => WalletDecisions.Charge(state, command, context, zone.DayOf(context.Now)));
    }

    public Task<Result<WalletTransaction>> PromoteAsync(Promote command) =>
        ExecuteAsync(command, WalletDecisions.Promote, WalletDefinition.Transaction);

    public async Task<Result<WalletTransaction>> HoldAsync(Hold command)
    {
        var zone = await zones.OfAsync(GrainFactory, Key.OrganisationId);
        return await SpendAsync(
            command, command.Amount, (state, context) => HoldDecisions.Hold(state, command, context, zone.DayOf(context.Now)));
    }

    public async Task<Result<WalletTransaction>> CaptureAsync(Capture command) => await ReturnExcessAsync(
        command, await SpendAsync(command, null, (state, context) => HoldDecisions.Capture(state, command, context)));

    public async Task<Result<WalletTransaction>> VoidAsync(VoidHold command) => await ReturnExcessAsync(
        command, await ExecuteAsync(command, HoldDecisions.Void, WalletDefinition.Transaction));

    public async Task<Result<WalletTransaction?>> ExpireDueAsync(ExpireDue command) => await ReturnExcessAsync(
        command, await ExecuteAsync(command, HoldDecisions.ExpireDue, WalletDefinition.TransactionIfAny));

    public async Task<Result<WalletTransaction>> RefundAsync(Refund command)
    {
        var original = await FindAsync(command.OriginalVersion, command.OriginalId);
        return await ReturnExcessAsync(
            command, await SpendAsync(command, null, (state, context) => CorrectionDecisions.Refund(state, command, original, context)));
    }

    public async Task<Result<WalletTransaction>> ReverseAsync(Reverse command)
    {
        var original = await FindAsync(command.OriginalVersion, command.OriginalId);
        return await ReturnExcessAsync(
            command, await SpendAsync(command, null, (state, context) => CorrectionDecisions.Reverse(state, command, original, context)));
    }

    public Task<Result<WalletTransaction>> AdjustAsync(Adjust command) => command is { UniqueReference: true, Reference: { } reference }
        ? WithReferenceLockAsync(reference, command.Context.Operation, existing => ExecuteAsync(
            command, (state, context) => CorrectionDecisions.Adjust(state, command, context, existing), WalletDefinition.Transaction))
        : ExecuteAsync(command, (state, context) => CorrectionDecisions.Adjust(state, command, context), WalletDefinition.Transaction);

    public async Task<Result<WalletView>> SetLimitsAsync(SetLimits command)
    {
        var zone = await zones.OfAsync(GrainFactory, Key.OrganisationId);
        var set = await ExecuteAsync(
            command, (state, context) => LimitDecisions.Set(state, command, context, zone.DayOf(context.Now)), WalletDefinition.View);
        return await ReturnedAsync(command, set);
    }

    public Task<Result<WalletView>> FreezeAsync(Freeze command) =>
        ExecuteAsync(command, LimitDecisions.Freeze, WalletDefinition.View);

    public Task<Result<WalletView>> UnfreezeAsync(Unfreeze command) =>
        ExecuteAsync(command, LimitDecisions.Unfreeze, WalletDefinition.View);

    public async Task<Result<WalletView>> GetAsync()
    {
        await EnsureSettledAsync();
        return await ReadAsync<WalletView>(
            (state, version) => state.Currency is null ? CommonErrors.NotFound("wallet") : state.ToView(Key, version, Time.GetUtcNow()));
    }

    // Journal entries never change, so this may be read before the decision.
    private async Task<WalletMoved?> FindAsync(long version, Guid transactionId) =>
        await EntryAsync(version) is { } entry
            ? Array.Find(
                JournalJson.Read<WalletEvent[]>(entry.Events), moved =>
                    moved is WalletMoved { TransactionId: var id } && id == transactionId) as WalletMoved
            : null;
}
