using Platform.Api.Http;
using Platform.Grains.Ledger;
using Platform.Storage.Ledger;

namespace Platform.Api.Ledger;

/// <summary>A wallet in a checkpoint. Hashes are in hexadecimal; the balance is in minor units, as it was hashed.</summary>
public sealed record LeafView(Guid WalletId, long Sequence, string Head, long BalanceMinor)
{
    public static LeafView Of(CheckpointLeaf leaf) => new(leaf.WalletId, leaf.Sequence, Checkpoint.Hex(leaf.Head), leaf.Balance);
}

/// <summary>
/// A signed checkpoint of the ledger. The document is what is signed (a JSON Web Signature, ES256); all else repeats what it says. Day
/// is the day in UTC that it closes, or was taken on where somebody asked for it.
/// </summary>
public sealed record CheckpointView(
    Guid Id, long Number, DateOnly Day, DateTimeOffset TakenAt, bool OnDemand, long TreeSize, string Root, long Transactions, string Previous, string Digest,
    string Kid, string Document)
{
    public static CheckpointView Of(CheckpointRow row)
    {
        var (checkpoint, kid) = CheckpointKey.Open(row.Document);
        return new CheckpointView(
            row.Id, checkpoint.Number, checkpoint.Day, checkpoint.TakenAt, row.OnDemand, checkpoint.TreeSize, Checkpoint.Hex(checkpoint.Root),
            checkpoint.Transactions, Checkpoint.Hex(checkpoint.Previous), Checkpoint.Hex(Checkpoint.DigestOf(row.Document)), kid, row.Document);
    }
}

/// <summary>A checkpoint with all its wallets, in the order of their ids: to be kept elsewhere.</summary>
public sealed record CheckpointDetail(CheckpointView Checkpoint, IReadOnlyList<LeafView> Leaves)
{
    public static CheckpointDetail Of(CheckpointRow row) =>
        new(CheckpointView.Of(row), [.. CheckpointLeaf.Unpack(row.Leaves).Select(LeafView.Of)]);
}

/// <summary>
/// Where the chain of a wallet stands, and that it was in the last checkpoint: Leaf at the place Index of its tree, and the hashes beside
/// the way up to its root. All of that is null where no checkpoint has the wallet.
/// </summary>
public sealed record WalletProof(
    Guid WalletId, long Sequence, string Head, CheckpointView? Checkpoint, LeafView? Leaf, int? Index, IReadOnlyList<string> InclusionPath, string HowToVerify)
{
    private const string How =
        "The leaf is 64 bytes: wallet id (16), sequence (8), head (32), balance (8), most significant byte first. Its hash is SHA-256 of a zero byte and the leaf. " +
        "Going through the inclusion path by RFC 9162, section 2.1.3.2, with a node being SHA-256 of a byte of one, the left and the right hash, must give the root " +
        "in the signed document, whose key is at /api/v1/ledger/keys. The head follows from the wallet's transactions: platform ledger verify.";

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

/// <summary>A public key that has signed checkpoints (RFC 7517).</summary>
public sealed record LedgerKeyView(string Kty, string Crv, string Use, string Alg, string Kid, string X, string Y)
{
    public static LedgerKeyView Of(CheckpointKey key) => new("EC", "P-256", "sig", "ES256", key.Kid, key.X, key.Y);
}

public sealed record LedgerKeySet(IReadOnlyList<LedgerKeyView> Keys);

/// <summary>A finding of the self-check: the first sequence of the wallet that is not what it should be.</summary>
public sealed record LedgerAlertView(Guid Id, DateTimeOffset At, FaultKind Kind, Guid? WalletId, long? Sequence, string Detail, bool Frozen)
{
    public static LedgerAlertView Of(AlertRow row) => new(row.Id, row.At, row.Fault.Kind, row.Fault.WalletId, row.Fault.Sequence, row.Fault.Detail, row.Frozen);
}

/// <summary>Checks one wallet now; without one, all wallets of the organisation become due for the check in the background.</summary>
public sealed record CheckLedgerRequest(Guid? WalletId = null) : IValidated
{
    public void Validate(Validation check)
    {
        // There is nothing that could be wrong with it.
    }
}

/// <summary>What was checked at once, what is due, and what was found.</summary>
public sealed record LedgerCheckResult(int Checked, long Transactions, long Due, IReadOnlyList<LedgerAlertView> Alerts);
