namespace Platform.Grains.Wallets;

/// <summary>A wallet that spends from a parent, with its newest version.</summary>
public readonly record struct ChildWallet(Guid Id, Guid ParentId, long Version);

/// <summary>Lists child wallets from the store. A wallet's row is written in the same transaction as its journal.</summary>
public interface IChildWallets
{
    /// <summary>Lists the children of one wallet, or of all wallets of the organisation if parentId is null.</summary>
    Task<IReadOnlyList<ChildWallet>> ListAsync(Guid organisationId, Guid? parentId, CancellationToken cancellationToken);
}
