namespace Platform.Wallets;

/// <summary>Who wants to hear of each transaction of a wallet when it is durable. The same grain as <see cref="IWalletGrain"/>.</summary>
[Alias("platform.wallets.feed")]
public interface IWalletFeedGrain : IGrainWithStringKey
{
    /// <summary>Sends updates to the observer for <see cref="Lease"/>, from the state on that this answers; call again to keep them coming.</summary>
    [Alias("subscribe")]
    Task<Result<WalletLive>> SubscribeAsync(IWalletObserver observer);

    [Alias("unsubscribe")]
    Task UnsubscribeAsync(IWalletObserver observer);

    /// <summary>How long a subscription lasts without being renewed.</summary>
    static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
}

/// <summary>
/// Hears of the transactions of a wallet, in the order of their sequence: each call is answered before the next is made, since one-way
/// messages may overtake each other. A lost one shows as a gap.
/// </summary>
[Alias("platform.wallets.observer")]
public interface IWalletObserver : IGrainObserver
{
    /// <summary>What happened since the last call; nothing where the wallet leaves its place and has to be subscribed to again.</summary>
    [Alias("on-moved"), ResponseTimeout("00:00:05")]
    Task OnMovedAsync(WalletLiveUpdate[] updates);
}

/// <summary>A wallet as live clients see it.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.live")]
public sealed record WalletLive(
    [property: Id(0)] Guid WalletId,
    [property: Id(1)] Money Balance,
    [property: Id(2)] Money Held,
    [property: Id(3)] Money Available,
    [property: Id(4)] long Sequence,
    [property: Id(5)] long Version);

/// <summary>The wallet after a transaction, or after a change without one, such as of its limits.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.live-update")]
public sealed record WalletLiveUpdate([property: Id(0)] WalletLive Wallet, [property: Id(1)] WalletTransaction? Transaction);
