namespace Platform.Wallets;

/// <summary>Refusals of a wallet.</summary>
public static class WalletErrors
{
    public static Error InsufficientFunds(Money available) => new(
        ErrorKind.Conflict,
        "insufficient-funds",
        $"The charge is more than the available {available}.",
        Details: new Dictionary<string, string> { ["available"] = available.ToDecimalString(), ["currency"] = available.Currency.Code });

    public static readonly Error InvalidAmount =
        CommonErrors.Invalid("/amount", "invalid-amount", "The amount is positive and at most 10^15 minor units.");

    public static Error CurrencyMismatch(Currency wallet) =>
        CommonErrors.Invalid("/amount/currency", "currency-mismatch", $"This wallet holds {wallet.Code}.");

    public static readonly Error BalanceTooLarge =
        new(ErrorKind.Conflict, "balance-too-large", "The balance would pass 10^18 minor units.");

    public static readonly Error InvalidReason =
        CommonErrors.Invalid("/reason", "invalid-reason", "A reason has 1 to 500 characters.");

    public static readonly Error InvalidReference =
        CommonErrors.Invalid("/reference", "invalid-reference", "A reference has 1 to 200 characters.");

    public static readonly Error InvalidMetadata =
        CommonErrors.Invalid("/metadata", "invalid-metadata", "Metadata has at most 20 entries, keys of 1 to 40 and values of at most 500 characters.");
}
