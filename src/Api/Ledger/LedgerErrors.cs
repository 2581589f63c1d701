namespace Platform.Api.Ledger;

public static class LedgerErrors
{
    public static readonly Error Empty = new(ErrorKind.Conflict, "ledger-empty", "The organisation has no wallets yet.");
}
