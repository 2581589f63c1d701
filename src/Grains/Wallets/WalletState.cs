using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>The state of a wallet; Balance and CreditLimit are minor units of Currency, null before it is opened.</summary>
public sealed record WalletState(
    Guid OwnerId, Currency? Currency, long Balance, long CreditLimit, long Sequence, WalletStatus Status)
{
    public static readonly WalletState Unopened = new(Guid.Empty, null, 0, 0, 0, WalletStatus.Active);

    public long Available => checked(Balance + CreditLimit);

    /// <summary>What is available at another balance; null where that is the balance itself.</summary>
    public long? AvailableWith(long balance) => CreditLimit == 0 ? null : checked(balance + CreditLimit);

    public WalletState Apply(WalletEvent @event) => @event switch
    {
        WalletOpened opened => this with { OwnerId = opened.OwnerId, Currency = Platform.Currency.Parse(opened.Currency) },
        WalletMoved moved => this with { Balance = moved.BalanceAfter, Sequence = moved.Sequence },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a wallet."),
    };

    public WalletView ToView(EntityKey key, long version)
    {
        var currency = Currency ?? throw new InvalidOperationException("The wallet is not open.");
        return new WalletView(
            key.Id, OwnerId, key.OrganisationId, null, currency.Code, new Money(Balance, currency), Money.Zero(currency),
            new Money(Available, currency), new Money(CreditLimit, currency), Status, version);
    }
}
