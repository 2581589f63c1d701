namespace Platform.Activities;

/// <summary>Refusals of activities and their catalogue.</summary>
public static class ActivityErrors
{
    public static readonly Error UnknownType =
        CommonErrors.Invalid("/type", "unknown-activity-type", "There is no such activity type.");

    public static Error NoPrice(Currency currency) =>
        new(ErrorKind.Conflict, "no-price", $"This activity type has no price in {currency.Code}.");

    public static readonly Error InvalidCode =
        CommonErrors.Invalid("/code", "invalid-code", "A code has 1 to 64 characters: lower-case letters, digits and hyphens.");

    public static readonly Error InvalidName =
        CommonErrors.Invalid("/name", "invalid-name", "A name has 1 to 200 characters and no control characters.");

    public static readonly Error InvalidPrice =
        CommonErrors.Invalid("/unitPrices", "invalid-price", "Prices are not negative, one per currency.");

    public static readonly Error InvalidQuantity =
        CommonErrors.Invalid("/quantity", "invalid-quantity", "The quantity is 1 to 1,000,000.");

    public static readonly Error InvalidSubject =
        CommonErrors.Invalid("/subject", "invalid-subject", "A subject has at most 500 characters.");

    public static readonly Error NoWallet =
        new(ErrorKind.Conflict, "no-wallet", "This user has no wallet to charge.");
}
