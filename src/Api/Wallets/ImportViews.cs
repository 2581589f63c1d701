using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>What became of the rows of an import, in their order, and what they come to.</summary>
public sealed record ImportReport(
    ImportKind Kind, bool DryRun, int Rows, int Accepted, int Duplicates, int Refused, IReadOnlyList<ImportTotal> Totals, IReadOnlyList<ImportOutcome> Outcomes);

/// <summary>Accepted is what was moved now, or would be in a dry run; duplicates were moved by an earlier upload of the same file.</summary>
public sealed record ImportTotal(string Currency, int Rows, Money Accepted, Money Duplicates);

/// <summary>What became of one row: accepted, would-accept, duplicate or refused, and then why.</summary>
public sealed record ImportOutcome(int Row, string WalletId, string Status, string? Code, string? Detail, Guid? TransactionId)
{
    public const string Accepted = "accepted";
    public const string WouldAccept = "would-accept";
    public const string Duplicate = "duplicate";
    public const string Refused = "refused";

    public static ImportOutcome Of(ImportRow row, Error error) => new(row.Row, row.WalletText, Refused, error.Code, error.Message, null);

    public static ImportOutcome Of(ImportRow row, WalletTransaction transaction, bool replayed) =>
        new(row.Row, row.WalletText, replayed ? Duplicate : Accepted, null, null, transaction.Id);

    public static ImportOutcome WouldBe(ImportRow row) => new(row.Row, row.WalletText, WouldAccept, null, null, null);
}
