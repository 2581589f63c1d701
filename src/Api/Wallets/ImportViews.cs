using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>
/// The outcome of each row of an import, in file order, with totals by currency. IgnoredColumns lists unknown columns of the file.
/// </summary>
public sealed record ImportReport(
    ImportKind Kind, bool DryRun, int Rows, int Accepted, int Duplicates, int Refused, IReadOnlyList<ImportTotal> Totals,
    IReadOnlyList<ImportOutcome> Outcomes,
    bool Atomic, bool UniqueReferences, IReadOnlyList<string> IgnoredColumns)
{
    public static ImportReport Of(ImportTerms terms, bool dryRun, ImportFile file, IReadOnlyList<ImportOutcome> outcomes)
    {
        var taken = file.Rows.Zip(outcomes).Where(pair => pair.Second.Status != ImportOutcome.Refused).ToList();
        var totals = taken.GroupBy(pair => pair.First.Amount.Currency).OrderBy(currency => currency.Key.Code, StringComparer.Ordinal)
            .Select(currency => new ImportTotal(
                currency.Key.Code, currency.Count(),
                new Money(currency.Sum(pair => IsDuplicate(pair.Second) ? 0 : pair.First.Amount.Minor), currency.Key),
                new Money(currency.Sum(pair => IsDuplicate(pair.Second) ? pair.First.Amount.Minor : 0), currency.Key)));
        var duplicates = taken.Count(pair => IsDuplicate(pair.Second));
        return new ImportReport(
            terms.Kind, dryRun, outcomes.Count, taken.Count - duplicates, duplicates, outcomes.Count - taken.Count, [.. totals], outcomes,
            terms.Atomic, terms.UniqueReferences, file.IgnoredColumns);

        static bool IsDuplicate(ImportOutcome outcome) => outcome.Status == ImportOutcome.Duplicate;
    }
}

/// <summary>
/// Accepted is the amount moved, or that a dry run would move. Duplicates is the amount of rows whose reference already exists.
/// </summary>
public sealed record ImportTotal(string Currency, int Rows, Money Accepted, Money Duplicates);

/// <summary>
/// The outcome of one row: accepted (would-accept in a dry run), duplicate, or refused with a code and detail. A duplicate has the id of
/// the existing transaction, or null if the reference is that of an earlier row of the file.
/// </summary>
public sealed record ImportOutcome(int Row, string WalletId, string Status, string? Code, string? Detail, Guid? TransactionId)
{
    public const string Accepted = "accepted";
    public const string WouldAccept = "would-accept";
    public const string Duplicate = "duplicate";
    public const string Refused = "refused";

    public static ImportOutcome Of(ImportRow row, Error error) => error.Code == WalletErrors.DuplicateReferenceCode
        ? DuplicateOf(row, error.Details is { } details ? Guid.Parse(details["transactionId"]) : null)
        : new(row.Row, row.WalletText, Refused, error.Code, error.Message, null);

    public static ImportOutcome Of(ImportRow row, WalletTransaction transaction) =>
        new(row.Row, row.WalletText, Accepted, null, null, transaction.Id);

    public static ImportOutcome Acceptable(ImportRow row) => new(row.Row, row.WalletText, WouldAccept, null, null, null);

    public static ImportOutcome DuplicateOf(ImportRow row, Guid? existing) => new(
        row.Row, row.WalletText, Duplicate, null,
        existing is null
            ? "An earlier row of the file has this reference for this wallet."
            : "A transaction of this wallet already has this reference.",
        existing);

    /// <summary>A valid row of an atomic import that has another, invalid row.</summary>
    public static ImportOutcome NotBooked(ImportRow row) => new(
        row.Row, row.WalletText, Refused, "not-booked", "Another row of the file cannot be booked, and the import is atomic.", null);

    /// <summary>A row of a failed atomic import that stays booked because its money was spent before it could be reversed.</summary>
    public static ImportOutcome NotTakenBack(ImportRow row, Guid transaction, Error error) => new(
        row.Row, row.WalletText, Accepted, "not-taken-back",
        $"Another row could not be booked, and this one could not be reversed: {error.Message}", transaction);
}
