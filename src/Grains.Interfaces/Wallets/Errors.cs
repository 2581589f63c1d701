using System.Globalization;

namespace Platform.Wallets;

/// <summary>Refusals of a wallet.</summary>
public static class WalletErrors
{
    public static Error InsufficientFunds(Money available) => new(
        ErrorKind.Conflict,
        "insufficient-funds",
        $"This is more than the available {available}.",
        Details: new Dictionary<string, string> { ["available"] = available.ToDecimalString(), ["currency"] = available.Currency.Code });

    /// <summary>Limit is per-transaction, per-day or per-month, with the type of activity where it is about one.</summary>
    public static Error LimitExceeded(string limit, Money allowed, Money remaining, string? activityType = null)
    {
        var details = new Dictionary<string, string>
        {
            ["limit"] = limit, ["allowed"] = allowed.ToDecimalString(), ["remaining"] = remaining.ToDecimalString(), ["currency"] = allowed.Currency.Code,
        };
        if (activityType is not null)
        {
            details["activityType"] = activityType;
        }

        return new Error(ErrorKind.Conflict, "limit-exceeded", $"This passes the wallet's limit {limit} of {allowed}.", Details: details);
    }

    public static readonly Error Frozen = new(ErrorKind.Conflict, "wallet-frozen", "The wallet is frozen.");

    /// <summary>The same to callers: nothing can be spent until it is lifted.</summary>
    public static readonly Error ParentFrozen = new(ErrorKind.Conflict, "wallet-frozen", "The wallet that this one spends from is frozen.");

    public static readonly Error NotFrozen = new(ErrorKind.Conflict, "wallet-not-frozen", "The wallet is not frozen.");

    public static Error AmountOutOfRange(Currency currency) =>
        CommonErrors.Invalid("/amount/amount", "invalid-amount", $"The amount is {Money.RangeOf(currency)}.");

    public static readonly Error InvalidLimit =
        CommonErrors.Invalid("", "invalid-limit-amount", "Limits are not negative, at most 10^15 minor units, in the wallet's currency and one for each type of activity.");

    /// <summary>Of the limit at this pointer.</summary>
    public static Error LimitOutOfRange(string pointer, Currency currency) => CommonErrors.Invalid(
        $"{pointer}/amount", InvalidLimit.Code, $"A limit is not negative and at most {new Money(Money.MaxRequestMinor, currency)}.");

    /// <summary>Of the limit at this pointer.</summary>
    public static Error LimitInOtherCurrency(string pointer, Currency wallet) =>
        CommonErrors.Invalid($"{pointer}/currency", InvalidLimit.Code, $"This wallet holds {wallet.Code}.");

    public static Error CurrencyMismatch(Currency wallet) =>
        CommonErrors.Invalid("/amount/currency", "currency-mismatch", $"This wallet holds {wallet.Code}.");

    public static readonly Error BalanceTooLarge =
        new(ErrorKind.Conflict, "balance-too-large", "The balance would pass 10^18 minor units.");

    public static readonly Error HoldExpired = new(ErrorKind.Conflict, "hold-expired", "The hold has expired.");

    public static readonly Error HoldCaptured = new(ErrorKind.Conflict, "hold-captured", "The hold was captured.");

    public static readonly Error HoldVoided = new(ErrorKind.Conflict, "hold-voided", "The hold was voided.");

    public static readonly Error HoldNotOpen = new(ErrorKind.Conflict, "hold-not-open", "There is no such open hold.");

    public static readonly Error TooManyHolds = new(ErrorKind.Conflict, "too-many-holds", "A wallet has at most 1,000 open holds.");

    public static readonly Error TooManyCredits = new(ErrorKind.Conflict, "too-many-credits", "A wallet has at most 1,000 promotional credits.");

    public static Error CaptureTooLarge(Money held) => new(
        ErrorKind.Conflict, "capture-exceeds-hold", $"The hold set {held} aside.", Details: new Dictionary<string, string> { ["held"] = held.ToDecimalString() });

    public static Error RefundTooLarge(Money left) => new(
        ErrorKind.Conflict, "refund-exceeds-captured", $"Of this transaction {left} can be given back.",
        Details: new Dictionary<string, string> { ["refundable"] = left.ToDecimalString() });

    public static readonly Error NotRefundable =
        new(ErrorKind.Conflict, "not-refundable", "Only charges and captures are refunded.");

    public static readonly Error NotReversible =
        new(ErrorKind.Conflict, "not-reversible", "Only charges, captures, deposits, adjustments and promotions are reversed.");

    public static readonly Error AlreadyReversed =
        new(ErrorKind.Conflict, "already-reversed", "Nothing of this transaction is left to reverse.");

    public static readonly Error NoSuchWallet =
        new(ErrorKind.Conflict, "wallet-not-found", "There is no such wallet to receive the money.");

    public static Error OtherCurrency(Currency wallet) =>
        new(ErrorKind.Conflict, "currency-mismatch", $"The receiving wallet holds {wallet.Code}.");

    public static readonly Error SameWallet =
        CommonErrors.Invalid("/toWalletId", "same-wallet", "A transfer is between two wallets.");

    public static readonly Error Leased =
        new(ErrorKind.Conflict, "wallet-is-leased", "This wallet spends from its parent: money comes and goes there.");

    public static readonly Error NotLeased =
        new(ErrorKind.Conflict, "wallet-has-no-budget", "This wallet has no parent to spend from.");

    public static readonly Error NotEmpty =
        new(ErrorKind.Conflict, "wallet-not-empty", "Only an empty wallet without credit can get a budget, and a parent is for life.");

    public static readonly Error InvalidParent =
        CommonErrors.Invalid("/parentWalletId", "invalid-parent", "A parent is another wallet of the organisation, in the same currency, without a parent of its own.");

    public static readonly Error InvalidSlice =
        CommonErrors.Invalid("/slice/amount", "invalid-slice", "A slice is not negative and at most 10^15 minor units of the wallet's currency.");

    /// <summary>Of an import, where each reference of a wallet stands for one transaction.</summary>
    public static Error DuplicateReference(Guid transactionId) => new(
        ErrorKind.Conflict, DuplicateReferenceCode, "A transaction of this wallet has this reference already.",
        Details: new Dictionary<string, string> { ["transactionId"] = transactionId.ToString() });

    public static readonly Error InvalidReason =
        CommonErrors.Invalid("/reason", "invalid-reason", "A reason has 1 to 500 characters.");

    public static readonly Error InvalidReference =
        CommonErrors.Invalid("/reference", "invalid-reference", "A reference has 1 to 200 characters.");

    public static readonly Error InvalidActivityType =
        CommonErrors.Invalid("/activityType", "invalid-activity-type", "A type of activity has 1 to 64 characters.");

    public static readonly Error InvalidMetadata =
        CommonErrors.Invalid("/metadata", "invalid-metadata", "Metadata has at most 20 entries, keys of 1 to 40 and values of at most 500 characters.");

    public static readonly Error InvalidExpiry =
        CommonErrors.Invalid("/expiresIn", "invalid-expiry", string.Create(CultureInfo.InvariantCulture, $"A hold lasts 1 to {MaxHoldSeconds} seconds."));

    public static readonly Error InvalidCredit =
        CommonErrors.Invalid("/expiresAt", "invalid-credit", "Promotional credit expires in the future and has a priority of 0 to 100.");

    public static readonly Error InvalidEffectiveAt =
        CommonErrors.Invalid("/effectiveAt", "invalid-effective-at", "A correction takes effect now or at an instant in the past.");

    /// <summary>The code of <see cref="DuplicateReference"/>.</summary>
    public const string DuplicateReferenceCode = "duplicate-reference";

    /// <summary>90 days.</summary>
    public const int MaxHoldSeconds = 90 * 24 * 60 * 60;
}
