using Platform.Grains.Engine.Registration;
using Platform.Grains.Wallets;
using Platform.Storage.Engine;

namespace Platform.Storage.Wallets;

/// <summary>Lists wallets with a parent from table <c>wallet</c>, using its index.</summary>
[Singleton(typeof(IChildWallets))]
internal sealed class ChildWallets(PlatformDatabase database) : IChildWallets
{
    public Task<IReadOnlyList<ChildWallet>> ListAsync(Guid organisationId, Guid? parentId, CancellationToken cancellationToken) =>
        database.ListAsync(
            WalletTables.Wallets.Select("wallet_id, parent_id, version")
                .Where($"org_id = {organisationId} AND parent_id IS NOT NULL")
                .IfGiven($"parent_id = {parentId}"),
            static reader => new ChildWallet(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2)),
            cancellationToken);
}
