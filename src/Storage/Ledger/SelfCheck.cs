using Platform.Grains.Engine.Registration;
using Platform.Grains.Ledger;

namespace Platform.Storage.Ledger;

/// <summary>
/// Rebuilds wallets from their journal and compares the result with their transactions, their row and the last checkpoint. The first
/// difference of a wallet raises an alert and freezes the wallet.
/// </summary>
[Singleton]
public sealed class SelfCheck(
    WalletCheckReader reader, CheckpointTable checkpoints, CheckTable checks, LedgerKeys keys, LedgerAlerts alerts, TimeProvider time)
{
    /// <summary>Checks a wallet against the last checkpoint.</summary>
    public async Task<(CheckedWallet Wallet, AlertRow? Alert)> CheckAsync(EntityKey key, CancellationToken cancellationToken) =>
        await CheckAsync(key, await LastAsync(key.OrganisationId, cancellationToken), cancellationToken);

    /// <summary>Checks a wallet against a checkpoint that was read before.</summary>
    public async Task<(CheckedWallet Wallet, AlertRow? Alert)> CheckAsync(
        EntityKey key, KnownCheckpoint known, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = await reader.CheckAsync(key, known.Of(key.Id), cancellationToken);
        var alert = found.Fault is { } fault ? await alerts.RaiseAsync(key.OrganisationId, fault, cancellationToken) : null;
        await checks.DoneAsync(found, now, cancellationToken);
        return (found, alert);
    }

    /// <summary>Returns the last checkpoint of an organisation if its signature is valid; otherwise raises an alert.</summary>
    public async Task<KnownCheckpoint> LastAsync(Guid organisationId, CancellationToken cancellationToken)
    {
        if (await checkpoints.LastAsync(organisationId, cancellationToken) is not { } row)
        {
            return KnownCheckpoint.None;
        }

        try
        {
            var signed = SignedCheckpoint.Of(row.Document, CheckpointLeaf.Unpack(row.Leaves));
            if (signed.Checkpoint.OrganisationId == organisationId && signed.Checkpoint.Covers(signed.Leaves!) &&
                (await keys.PublicAsync(cancellationToken)).Any(key => key.Kid == signed.Kid && key.Verifies(signed.Document)))
            {
                return new KnownCheckpoint(signed.Checkpoint, signed.Leaves!.ToDictionary(leaf => leaf.WalletId));
            }
        }
        catch (FormatException)
        {
            // Raises the alert below.
        }

        await alerts.RaiseAsync(
            organisationId, new LedgerFault(FaultKind.Signature, null, null, $"checkpoint {row.Number} is not what was signed"),
            cancellationToken);
        return KnownCheckpoint.None;
    }
}

/// <summary>A verified checkpoint with its leaves by wallet.</summary>
public sealed record KnownCheckpoint(Checkpoint? Checkpoint, IReadOnlyDictionary<Guid, CheckpointLeaf> Leaves)
{
    public static readonly KnownCheckpoint None = new(null, new Dictionary<Guid, CheckpointLeaf>());

    public (Checkpoint Checkpoint, CheckpointLeaf Leaf)? Of(Guid walletId) =>
        Checkpoint is not null && Leaves.TryGetValue(walletId, out var leaf) ? (Checkpoint, leaf) : null;
}
