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
        CommonErrors.Invalid("/name", "invalid-name", "A name has 1 to 200 characters, none of them a control or invisible.");

    public static readonly Error InvalidPrice =
        CommonErrors.Invalid("/unitPrices", "invalid-price", "Prices are not negative, one per currency.");

    public static readonly Error PriceOutOfRange =
        CommonErrors.Invalid("/unitPrices", "price-out-of-range", "A unit price is at most 10^9 minor units of its currency.");

    public static readonly Error InvalidQuantity =
        CommonErrors.Invalid("/quantity", "invalid-quantity", "The quantity is more than 0 and at most 1,000,000, with at most 6 digits after the point.");

    public static readonly Error InvalidSubject =
        CommonErrors.Invalid("/subject", "invalid-subject", "A subject has at most 500 characters.");

    public static readonly Error InvalidTiers = CommonErrors.Invalid(
        "/tiers", "invalid-tiers", "There are at most 20 tiers in a currency that has a unit price, each up to more than the one before.");

    /// <summary>Of the tier at this place.</summary>
    public static Error TierOutOfRange(int place, string member) => CommonErrors.Invalid(
        $"/tiers/{place}/{member}", InvalidTiers.Code, "A tier is up to more than 0 units, at a unit price of 0 to 10^9 minor units of its currency.");

    public static readonly Error InvalidAllowance =
        CommonErrors.Invalid("/freeAllowance", "invalid-allowance", "The free allowance of a month is 0 to 10^12 units.");

    public static readonly Error EffectiveInPast = CommonErrors.Invalid(
        "/effectiveFrom", "effective-in-past", "A price is effective from now or from a later time: what was effective stays as it was.");

    public static readonly Error TooManyPrices =
        new(ErrorKind.Conflict, "too-many-prices", "A type has at most 1,000 versions of its price.");

    public static readonly Error UsageTooLarge =
        new(ErrorKind.Conflict, "usage-too-large", "The quantity of a month would pass 10^15 units.");

    public static readonly Error CostTooLarge =
        new(ErrorKind.Conflict, "cost-too-large", "The cost would pass 10^15 minor units.");

    public static readonly Error InvalidTimeZone =
        CommonErrors.Invalid("/timeZone", "invalid-time-zone", "The time zone is an IANA id such as Europe/Berlin.");

    public static readonly Error InvalidExpiry =
        CommonErrors.Invalid("/expiresIn", "invalid-expiry", "An authorisation lasts 1 to 86,400 seconds.");

    public static readonly Error NotAuthorised =
        new(ErrorKind.Conflict, "not-authorised", "This activity is not one that waits to be completed.");

    public static readonly Error AuthorisationEnded =
        new(ErrorKind.Conflict, "authorisation-ended", "This activity was completed or cancelled already.");

    public static readonly Error AuthorisationExpired =
        new(ErrorKind.Conflict, "authorisation-expired", "Nobody completed this activity in time; it was not charged.");

    public static readonly Error Cancelled = new(ErrorKind.Conflict, "activity-cancelled", "This activity failed or was cancelled; it was not charged.");

    public static Error QuantityTooLarge(Quantity authorised) =>
        new(ErrorKind.Conflict, "quantity-exceeds-authorised", $"A quantity of {authorised} was authorised.");

    public static readonly Error NoWallet =
        new(ErrorKind.Conflict, "no-wallet", "There is no wallet to charge: a user has one, others name a wallet or a user.");

    public static readonly Error UserOrWallet =
        CommonErrors.Invalid("/walletId", "user-or-wallet", "Name a wallet or a user, not both.");
}
