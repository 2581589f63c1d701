using NpgsqlTypes;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Wallets;
using Platform.Storage.Engine;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Wallets;

/// <summary>The wallets with a parent, from table <c>wallet</c> by their index.</summary>
[Singleton(typeof(IChildWallets))]
internal sealed class ChildWallets(PlatformDatabase database) : IChildWallets
{
    public Task<IReadOnlyList<ChildWallet>> ListAsync(Guid organisationId, Guid? parentId, CancellationToken cancellationToken) => database.ListAsync(
        """
        SELECT wallet_id, parent_id, version FROM wallet
        WHERE org_id = $1 AND parent_id IS NOT NULL AND ($2::uuid IS NULL OR parent_id = $2)
        """,
        [Value(organisationId), Optional(parentId, NpgsqlDbType.Uuid)],
        static reader => new ChildWallet(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2)),
        cancellationToken);
}
