using System.Globalization;

namespace Platform.Wallets;

/// <summary>Errors of wallets.</summary>
public static class WalletErrors
{
    public static Error InsufficientFunds(Money available) => new(
        ErrorKind.Conflict,
        "insufficient-funds",
        $"The amount exceeds the available {available}.",
        Details: new Dictionary<string, string> { ["available"] = available.ToDecimalString(), ["currency"] = available.Currency.Code });

    /// <summary>
    /// The limit is per-transaction, per-day or per-month; activityType is set if the limit applies to one type of activity.
    /// </summary>
    public static Error LimitExceeded(string limit, Money allowed, Money remaining, string? activityType = null)
    {
        var details = new Dictionary<string, string>
        {
            ["limit"] = limit, ["allowed"] = allowed.ToDecimalString(), ["remaining"] = remaining.ToDecimalString(),
            ["currency"] = allowed.Currency.Code,
        };
        if (activityType is not null)
        {
            details["activityType"] = activityType;
        }

        return new Error(
            ErrorKind.Conflict, "limit-exceeded", $"The amount exceeds the wallet's {limit} limit of {allowed}.", Details: details);
    }

    public static readonly Error Frozen = new(ErrorKind.Conflict, "wallet-frozen", "The wallet is frozen.");

    /// <summary>Has the same code as <see cref="Frozen"/>, because it means the same to callers.</summary>
    public static readonly Error ParentFrozen = new(ErrorKind.Conflict, "wallet-frozen", "The parent wallet is frozen.");

    public static readonly Error NotFrozen = new(ErrorKind.Conflict, "wallet-not-frozen", "The wallet is not frozen.");

    public static Error AmountOutOfRange(Currency currency) =>
        CommonErrors.Invalid("/amount/amount", "invalid-amount", $"The amount must be {Money.RangeOf(currency)}.");

    public static readonly Error InvalidLimit =
        CommonErrors.Invalid(
            "", "invalid-limit-amount",
            "Limits must be in the wallet's currency, between 0 and 10^15 minor units, and name each type of activity at most once.");

    /// <summary>The pointer locates the limit in the request.</summary>
    public static Error LimitOutOfRange(string pointer, Currency currency) => CommonErrors.Invalid(
        $"{pointer}/amount", InvalidLimit.Code, $"A limit must be between 0 and {new Money(Money.MaxRequestMinor, currency)}.");

    /// <summary>The pointer locates the limit in the request.</summary>
    public static Error LimitInOtherCurrency(string pointer, Currency wallet) =>
        CommonErrors.Invalid($"{pointer}/currency", InvalidLimit.Code, $"The wallet's currency is {wallet.Code}.");

    public static Error CurrencyMismatch(Currency wallet) =>
        CommonErrors.Invalid("/amount/currency", "currency-mismatch", $"The wallet's currency is {wallet.Code}.");

    public static readonly Error BalanceTooLarge =
        new(ErrorKind.Conflict, "balance-too-large", "The balance would exceed 10^18 minor units.");

    public static readonly Error HoldExpired = new(ErrorKind.Conflict, "hold-expired", "The hold has expired.");

    public static readonly Error HoldCaptured = new(ErrorKind.Conflict, "hold-captured", "The hold has been captured.");

    public static readonly Error HoldVoided = new(ErrorKind.Conflict, "hold-voided", "The hold has been voided.");

    public static readonly Error HoldNotOpen = new(ErrorKind.Conflict, "hold-not-open", "The wallet has no open hold with this id.");

    public static readonly Error TooManyHolds = new(
        ErrorKind.Conflict, "too-many-holds", "The wallet already has 1,000 open holds, the maximum.");

    public static readonly Error TooManyCredits = new(
        ErrorKind.Conflict, "too-many-credits", "The wallet already has 1,000 promotional credits, the maximum.");

    public static Error CaptureTooLarge(Money held) => new(
        ErrorKind.Conflict, "capture-exceeds-hold", $"At most the held {held} can be captured.",
        Details: new Dictionary<string, string> { ["held"] = held.ToDecimalString() });

    public static Error RefundTooLarge(Money left) => new(
        ErrorKind.Conflict, "refund-exceeds-captured", $"At most {left} of this transaction can be refunded.",
        Details: new Dictionary<string, string> { ["refundable"] = left.ToDecimalString() });

    public static readonly Error NotRefundable =
        new(ErrorKind.Conflict, "not-refundable", "Only charges and captures can be refunded.");

    public static readonly Error NotReversible =
        new(ErrorKind.Conflict, "not-reversible", "Only charges, captures, deposits, adjustments and promotions can be reversed.");

    public static readonly Error AlreadyReversed =
        new(ErrorKind.Conflict, "already-reversed", "Nothing of this transaction remains to be reversed.");

    public static readonly Error NoSuchWallet =
        new(ErrorKind.Conflict, "wallet-not-found", "The receiving wallet does not exist.");

    public static Error OtherCurrency(Currency wallet) =>
        new(ErrorKind.Conflict, "currency-mismatch", $"The receiving wallet's currency is {wallet.Code}.");

    public static readonly Error SameWallet =
        CommonErrors.Invalid("/toWalletId", "same-wallet", "The two wallets of a transfer must be different.");

    public static readonly Error Leased =
        new(ErrorKind.Conflict, "wallet-is-leased", "This wallet spends from a parent wallet. Move money in or out of the parent instead.");

    public static readonly Error NotLeased =
        new(ErrorKind.Conflict, "wallet-has-no-budget", "This wallet has no budget.");

    public static readonly Error NotEmpty =
        new(ErrorKind.Conflict, "wallet-not-empty",
            "Only an empty wallet without a credit limit can get a budget, and its parent cannot be changed.");

    public static readonly Error InvalidParent =
        CommonErrors.Invalid(
            "/parentWalletId", "invalid-parent",
            "The parent must be another wallet of the organisation, in the same currency and without a parent of its own.");

    public static readonly Error InvalidSlice =
        CommonErrors.Invalid(
            "/slice/amount", "invalid-slice", "The slice must be in the wallet's currency and between 0 and 10^15 minor units.");

    /// <summary>Returned to imports that require unique references.</summary>
    public static Error DuplicateReference(Guid transactionId) => new(
        ErrorKind.Conflict, DuplicateReferenceCode, "A transaction of this wallet already has this reference.",
        Details: new Dictionary<string, string> { ["transactionId"] = transactionId.ToString() });

    public static readonly Error InvalidReason =
        CommonErrors.Invalid("/reason", "invalid-reason", "The reason must have 1 to 500 characters.");

    public static readonly Error InvalidReference =
        CommonErrors.Invalid("/reference", "invalid-reference", "The reference must have 1 to 200 characters.");

    public static readonly Error InvalidActivityType =
        CommonErrors.Invalid("/activityType", "invalid-activity-type", "The activity type must have 1 to 64 characters.");

    public static readonly Error InvalidMetadata =
        CommonErrors.Invalid(
            "/metadata", "invalid-metadata",
            "The metadata must have at most 20 entries, with keys of 1 to 40 and values of at most 500 characters.");

    public static readonly Error InvalidExpiry =
        CommonErrors.Invalid(
            "/expiresIn", "invalid-expiry",
            string.Create(CultureInfo.InvariantCulture, $"A hold must expire in 1 to {MaxHoldSeconds} seconds."));

    public static readonly Error InvalidCredit =
        CommonErrors.Invalid(
            "/expiresAt", "invalid-credit", "expiresAt must be in the future, and the priority must be between 0 and 100.");

    public static readonly Error InvalidEffectiveAt =
        CommonErrors.Invalid("/effectiveAt", "invalid-effective-at", "effectiveAt must not be in the future or before 1970.");

    /// <summary>The code of <see cref="DuplicateReference"/>.</summary>
    public const string DuplicateReferenceCode = "duplicate-reference";

    /// <summary>90 days.</summary>
    public const int MaxHoldSeconds = 90 * 24 * 60 * 60;
}
