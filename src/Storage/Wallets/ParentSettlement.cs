using Platform.Grains.Engine.Registration;
using Platform.Wallets;

namespace Platform.Storage.Wallets;

/// <summary>
/// Makes parent wallets settle their children's spending before their rows are read. A parent grain settles before it answers, but a
/// query of the tables does not call it.
/// </summary>
[Singleton]
public sealed class ParentSettlement(WalletQueries wallets, IGrainFactory grains)
{
    private static readonly ParallelOptions Some = new() { MaxDegreeOfParallelism = 16 };

    /// <summary>Settles the parents among these wallets, or all of the organisation if null. Returns whether there were any.</summary>
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
