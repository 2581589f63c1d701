namespace Platform.Wallets;

/// <summary>Subscriptions to the durable transactions of a wallet. Implemented by the same grain as <see cref="IWalletGrain"/>.</summary>
[Alias("platform.wallets.feed")]
public interface IWalletFeedGrain : IGrainWithStringKey
{
    /// <summary>Returns the current state and sends later updates to the observer for <see cref="Lease"/>. Call again to renew.</summary>
    [Alias("subscribe")]
    Task<Result<WalletLive>> SubscribeAsync(IWalletObserver observer);

    [Alias("unsubscribe")]
    Task UnsubscribeAsync(IWalletObserver observer);

    /// <summary>How long a subscription lasts unless renewed.</summary>
    static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
}

/// <summary>
/// Receives the transactions of a wallet in sequence order. Each call is awaited before the next, since one-way messages may overtake
/// each other. A lost call shows as a gap in the sequence.
/// </summary>
[Alias("platform.wallets.observer")]
public interface IWalletObserver : IGrainObserver
{
    /// <summary>
    /// The updates since the last call. An empty array means that the activation ends and the observer must subscribe again.
    /// </summary>
    [Alias("on-moved"), ResponseTimeout("00:00:05")]
    Task OnMovedAsync(WalletLiveUpdate[] updates);
}

/// <summary>A wallet as shown to live clients.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.live")]
public sealed record WalletLive(
    [property: Id(0)] Guid WalletId,
    [property: Id(1)] Money Balance,
    [property: Id(2)] Money Held,
    [property: Id(3)] Money Available,
    [property: Id(4)] long Sequence,
    [property: Id(5)] long Version);

/// <summary>The wallet after a transaction; the transaction is null for other changes, such as new limits.</summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.live-update")]
public sealed record WalletLiveUpdate([property: Id(0)] WalletLive Wallet, [property: Id(1)] WalletTransaction? Transaction);
