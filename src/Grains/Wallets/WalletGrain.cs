using Orleans.Concurrency;
using Platform.Grains.Common.Entities;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

[GrainType("wallet"), Reentrant]
internal sealed class WalletGrain(WalletDefinition definition, EntityServices services)
    : EntityGrain<WalletState, WalletEvent>(definition, services), IWalletGrain
{
    public Task<Result<WalletView>> OpenAsync(OpenWallet command) =>
        ExecuteAsync(command, (state, context) => WalletDecisions.Open(state, command, context));

    public Task<Result<WalletTransaction>> DepositAsync(Deposit command) =>
        ExecuteAsync(command, (state, context) => WalletDecisions.Deposit(state, command, context));

    public Task<Result<WalletTransaction>> ChargeAsync(Charge command) =>
        ExecuteAsync(command, (state, context) => WalletDecisions.Charge(state, command, context));

    public Task<Result<WalletView>> GetAsync() =>
        ReadAsync<WalletView>((state, version) => version == 0 ? CommonErrors.NotFound("wallet") : state.ToView(Key, version));
}
