using Platform.Api.Http;
using Platform.Grains.Ledger;
using Platform.Storage.Ledger;

namespace Platform.Api.Ledger;

/// <summary>A wallet in a checkpoint. Hashes are in hex; the balance is in minor units, as hashed.</summary>
public sealed record LeafView(Guid WalletId, long Sequence, string Head, long BalanceMinor)
{
    public static LeafView Of(CheckpointLeaf leaf) => new(leaf.WalletId, leaf.Sequence, Checkpoint.Hex(leaf.Head), leaf.Balance);
}

/// <summary>
/// A signed checkpoint of the ledger. Document is the signed content (a JSON Web Signature, ES256); the other fields repeat it. Day is the
/// UTC day that the checkpoint closes, or on which it was taken on demand.
/// </summary>
public sealed record CheckpointView(
    Guid Id, long Number, DateOnly Day, DateTimeOffset TakenAt, bool OnDemand, long TreeSize, string Root, long Transactions,
    string Previous, string Digest,
    string Kid, string Document)
{
    public static CheckpointView Of(CheckpointRow row)
    {
        var (checkpoint, kid) = CheckpointKey.Open(row.Document);
        return new CheckpointView(
            row.Id, checkpoint.Number, checkpoint.Day, checkpoint.TakenAt, row.OnDemand, checkpoint.TreeSize,
            Checkpoint.Hex(checkpoint.Root),
            checkpoint.Transactions, Checkpoint.Hex(checkpoint.Previous), Checkpoint.Hex(Checkpoint.DigestOf(row.Document)), kid,
            row.Document);
    }
}

/// <summary>A checkpoint with all its wallets, ordered by id. Keep it outside the platform.</summary>
public sealed record CheckpointDetail(CheckpointView Checkpoint, IReadOnlyList<LeafView> Leaves)
{
    public static CheckpointDetail Of(CheckpointRow row) =>
        new(CheckpointView.Of(row), [.. CheckpointLeaf.Unpack(row.Leaves).Select(LeafView.Of)]);
}

/// <summary>
/// The last hash of a wallet's chain, and the proof that the wallet is in the last checkpoint: Leaf at Index of its Merkle tree, and the
/// InclusionPath to the root. These are null or empty if no checkpoint contains the wallet.
/// </summary>
public sealed record WalletProof(
    Guid WalletId, long Sequence, string Head, CheckpointView? Checkpoint, LeafView? Leaf, int? Index, IReadOnlyList<string> InclusionPath,
    string HowToVerify)
{
    private const string How =
        "The leaf is 64 bytes, big-endian: wallet id (16), sequence (8), head (32), balance (8). Its hash is SHA-256 of a 0x00 byte and " +
        "the leaf. Following the inclusion path by RFC 9162, section 2.1.3.2, where a node is SHA-256 of a 0x01 byte, the left and the " +
        "right hash, must give the root in the signed document. The keys are at /api/v1/ledger/keys. To verify the head from the " +
        "wallet's transactions, run: platform ledger verify.";

    public static WalletProof Of(CheckpointLeaf now, CheckpointRow? row)
    {
        var leaves = row is null ? [] : CheckpointLeaf.Unpack(row.Leaves);
        var index = Array.FindIndex(leaves, leaf => leaf.WalletId == now.WalletId);
        var head = Platform.Grains.Ledger.Checkpoint.Hex(now.Head);
        return index < 0
            ? new WalletProof(now.WalletId, now.Sequence, head, null, null, null, [], How)
            : new WalletProof(
                now.WalletId, now.Sequence, head, CheckpointView.Of(row!), LeafView.Of(leaves[index]), index,
                [.. MerkleTree.Path(CheckpointLeaf.HashAll(leaves), index).Select(Platform.Grains.Ledger.Checkpoint.Hex)], How);
    }
}

/// <summary>A public key of checkpoints (RFC 7517).</summary>
public sealed record LedgerKeyView(string Kty, string Crv, string Use, string Alg, string Kid, string X, string Y)
{
    public static LedgerKeyView Of(CheckpointKey key) => new("EC", "P-256", "sig", "ES256", key.Kid, key.X, key.Y);
}

public sealed record LedgerKeySet(IReadOnlyList<LedgerKeyView> Keys);

/// <summary>A finding of the self-check, with the first wrong sequence of the wallet.</summary>
public sealed record LedgerAlertView(Guid Id, DateTimeOffset At, FaultKind Kind, Guid? WalletId, long? Sequence, string Detail, bool Frozen)
{
    public static LedgerAlertView Of(AlertRow row) =>
        new(row.Id, row.At, row.Fault.Kind, row.Fault.WalletId, row.Fault.Sequence, row.Fault.Detail, row.Frozen);
}

/// <summary>Checks one wallet now. Without walletId, schedules all wallets of the organisation for the background check.</summary>
public sealed record CheckLedgerRequest(Guid? WalletId = null) : IValidated
{
    public void Validate(Validation check)
    {
        // Every value is valid.
    }
}

/// <summary>The number of wallets checked now, their transactions, the number of wallets scheduled, and the findings.</summary>
public sealed record LedgerCheckResult(int Checked, long Transactions, long Due, IReadOnlyList<LedgerAlertView> Alerts);
