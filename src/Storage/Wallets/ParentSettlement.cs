using Platform.Grains.Engine.Registration;
using Platform.Wallets;

namespace Platform.Storage.Wallets;

/// <summary>
/// Has wallets settle what others spent from them, before their rows are read: a parent does so before it answers, but whoever reads
/// tables does not ask it.
/// </summary>
[Singleton]
public sealed class ParentSettlement(WalletQueries wallets, IGrainFactory grains)
{
    private static readonly ParallelOptions Some = new() { MaxDegreeOfParallelism = 16 };

    /// <summary>The parents among these wallets, or all of the organisation; whether there is one.</summary>
    public async Task<bool> SettleAsync(Guid organisationId, IReadOnlyList<Guid>? among, CancellationToken cancellationToken)
    {
        var parents = among is { Count: 0 } ? [] : await wallets.ParentsAsync(organisationId, among, cancellationToken);
        await Parallel.ForEachAsync(parents, Some, async (parent, _) =>
        {
            Caller.Set(organisationId);
            await grains.GetGrain<IWalletGrain>(new EntityKey(organisationId, parent).ToString()).GetAsync();
        });
        return parents.Count > 0;
    }
}
