using Platform.Grains.Ledger;

namespace Platform.Api.Ledger;

/// <summary>Example requests and responses for the OpenAPI document.</summary>
[Examples]
public static class LedgerExamples
{
    private static readonly LeafView Leaf = new(Sample.WalletId, 2, Sample.Hash, 8750);

    private static readonly CheckpointView LedgerCheckpoint = new(
        Sample.TransactionId, 17, new DateOnly(2026, 11, 20), Sample.At, false, 2, Sample.Hash, 1042, Sample.Hash, Sample.Hash,
        "mXw3dQ0cY1p8Jb6vQm0uWg", "eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiJ9.eyJmb3JtYXQi...");

    private static readonly LedgerAlertView LedgerAlert = new(
        Sample.TransactionId, Sample.At, FaultKind.Hash, Sample.WalletId, 2,
        "its hash does not follow from what it says and from the hash before", true);

    public static readonly object[] All =
    [
        new WalletProof(Sample.WalletId, 2, Sample.Hash, LedgerCheckpoint, Leaf, 0, [Sample.Hash], "The leaf is 64 bytes..."),
        LedgerCheckpoint,
        LedgerAlert,
        new CheckpointDetail(LedgerCheckpoint, [Leaf]),
        new LedgerKeySet(
            [new LedgerKeyView("EC", "P-256", "sig", "ES256", "mXw3dQ0cY1p8Jb6vQm0uWg", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")]),
        new CheckLedgerRequest(Sample.WalletId),
        new LedgerCheckResult(1, 2, 0, [LedgerAlert]),
    ];
}
