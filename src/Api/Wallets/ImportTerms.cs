using System.Globalization;

namespace Platform.Api.Wallets;

public enum ImportKind
{
    Deposits = 0,
    OpeningBalances = 1,
}

/// <summary>Options of an import: whether it is atomic, and whether a wallet's references must be unique.</summary>
public sealed record ImportTerms(ImportKind Kind, bool Atomic, bool UniqueReferences)
{
    /// <summary>A byte that is hashed with the file, so that the same file with other options is a different import.</summary>
    public byte Mark => (byte)((int)Kind | (Atomic ? 16 : 0) | (UniqueReferences ? 0 : 32));
}

/// <summary>A row of the file; the first one after the header is 1. Fault is set if the row is invalid.</summary>
public sealed record ImportRow(
    int Row, Guid WalletId, Money Amount, string Reference, DateTimeOffset? EffectiveAt, Error? Fault, string WalletText)
{
    /// <summary>The operation that books this row; the same in every attempt of the import.</summary>
    public OperationId OperationOf(OperationId import) => import.Step(string.Create(CultureInfo.InvariantCulture, $"row/{Row}"));
}
