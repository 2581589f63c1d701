namespace Platform.Activities;

/// <summary>Errors of activities and their catalogue.</summary>
public static class ActivityErrors
{
    public static readonly Error UnknownType =
        CommonErrors.Invalid("/type", "unknown-activity-type", "The activity type does not exist.");

    public static Error NoPrice(Currency currency) =>
        new(ErrorKind.Conflict, "no-price", $"This activity type has no price in {currency.Code}.");

    public static readonly Error InvalidCode =
        CommonErrors.Invalid("/code", "invalid-code", "The code must have 1 to 64 characters: lower-case letters, digits and hyphens.");

    public static readonly Error InvalidName = CommonErrors.InvalidName;

    public static readonly Error InvalidPrice =
        CommonErrors.Invalid("/unitPrices", "invalid-price", "Give 1 to 50 prices, one per currency and none negative.");

    public static readonly Error PriceOutOfRange =
        CommonErrors.Invalid("/unitPrices", "price-out-of-range", "A unit price must be at most 10^9 minor units of its currency.");

    public static readonly Error InvalidQuantity =
        CommonErrors.Invalid(
            "/quantity", "invalid-quantity",
            "The quantity must be more than 0 and at most 1,000,000, with at most 6 digits after the decimal point.");

    public static readonly Error InvalidSubject =
        CommonErrors.Invalid("/subject", "invalid-subject", "The subject must have at most 500 characters.");

    public static readonly Error InvalidTiers = CommonErrors.Invalid(
        "/tiers", "invalid-tiers", "Each currency may have at most 20 tiers, with ascending upTo, and must have a unit price.");

    public static Error TierOutOfRange(int index, string member) => CommonErrors.Invalid(
        $"/tiers/{index}/{member}", InvalidTiers.Code,
        "A tier must have an upTo of more than 0 and a unit price of 0 to 10^9 minor units of its currency.");

    public static readonly Error InvalidAllowance =
        CommonErrors.Invalid("/freeAllowance", "invalid-allowance", "The free allowance must be between 0 and 10^12 units per month.");

    public static readonly Error EffectiveInPast = CommonErrors.Invalid(
        "/effectiveFrom", "effective-in-past", "effectiveFrom must not be in the past.");

    public static readonly Error TooManyPrices =
        new(ErrorKind.Conflict, "too-many-prices", "The type already has 1,000 price versions, the maximum.");

    public static readonly Error UsageTooLarge =
        new(ErrorKind.Conflict, "usage-too-large", "The user's quantity of the month would exceed 10^15 units.");

    public static readonly Error CostTooLarge =
        new(ErrorKind.Conflict, "cost-too-large", "The cost would exceed 10^15 minor units.");

    public static readonly Error InvalidTimeZone =
        CommonErrors.Invalid("/timeZone", "invalid-time-zone", "The time zone must be an IANA id such as Europe/Berlin.");

    public static readonly Error InvalidExpiry =
        CommonErrors.Invalid("/expiresIn", "invalid-expiry", "An authorisation must expire in 1 to 86,400 seconds.");

    public static readonly Error NotAuthorised =
        new(ErrorKind.Conflict, "not-authorised", "The activity is not authorised.");

    public static readonly Error AuthorisationEnded =
        new(ErrorKind.Conflict, "authorisation-ended", "The activity has already been completed or cancelled.");

    public static readonly Error AuthorisationExpired =
        new(ErrorKind.Conflict, "authorisation-expired", "The activity was not completed in time and was not charged.");

    public static readonly Error Cancelled = 
        new(ErrorKind.Conflict, "activity-cancelled", "The activity failed or was cancelled and was not charged.");

    public static Error QuantityTooLarge(Quantity authorised) =>
        new(ErrorKind.Conflict, "quantity-exceeds-authorised", $"The quantity exceeds the authorised {authorised}.");

    public static readonly Error NoWallet =
        new(ErrorKind.Conflict, "no-wallet", "There is no wallet to charge. Specify a wallet or a user.");

    public static readonly Error UserOrWallet =
        CommonErrors.Invalid("/walletId", "user-or-wallet", "Specify a wallet or a user, not both.");
}
