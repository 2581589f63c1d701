namespace Platform.Grains.Wallets;

/// <summary>A wallet that spends from another one, and its newest version.</summary>
public readonly record struct ChildWallet(Guid Id, Guid ParentId, long Version);

/// <summary>Which wallets spend from others, as the store knows it: a row of a wallet is written with its journal.</summary>
public interface IChildWallets
{
    /// <summary>The children of one wallet, or all of an organisation.</summary>
    Task<IReadOnlyList<ChildWallet>> ListAsync(Guid organisationId, Guid? parentId, CancellationToken cancellationToken);
}
