using System.Globalization;

namespace Platform.Api.Wallets;

public enum ImportKind
{
    Deposits = 0,
    OpeningBalances = 1,
}

/// <summary>What an import asks for besides its file: all rows or none, and whether a reference may stand twice for a wallet.</summary>
public sealed record ImportTerms(ImportKind Kind, bool Atomic, bool UniqueReferences)
{
    /// <summary>One byte in front of the file, so that the same file on other terms is another import.</summary>
    public byte Mark => (byte)((int)Kind | (Atomic ? 16 : 0) | (UniqueReferences ? 0 : 32));
}

/// <summary>One record behind the head, the first is 1. Fault says why it cannot be taken at all.</summary>
public sealed record ImportRow(int Row, Guid WalletId, Money Amount, string Reference, DateTimeOffset? EffectiveAt, Error? Fault, string WalletText)
{
    /// <summary>The operation that books this row, the same at any try of the import.</summary>
    public OperationId OperationOf(OperationId import) => import.Step(string.Create(CultureInfo.InvariantCulture, $"row/{Row}"));
}
