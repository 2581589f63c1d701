using Platform.Grains.Engine.Registration;
using Platform.Grains.Ledger;
using Platform.Storage.Wallets;

namespace Platform.Storage.Ledger;

/// <summary>Takes checkpoints. If several silos close the same day, the store accepts the first.</summary>
[Singleton]
public sealed class Checkpoints(CheckpointTable table, ParentSettlement parents, LedgerKeys keys, LedgerAlerts alerts, TimeProvider time)
{
    /// <summary>Takes the checkpoint that closes a day. Returns null if another silo was first or there are no wallets.</summary>
    public Task<CheckpointRow?> CloseAsync(Guid organisationId, DateOnly day, CancellationToken cancellationToken) =>
        TryTakeAsync(organisationId, day, onDemand: false, cancellationToken);

    /// <summary>Takes a checkpoint now. Returns the last one if nothing has changed since, or null if there are no wallets.</summary>
    public async Task<CheckpointRow?> TakeAsync(Guid organisationId, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        while (true)
        {
            if (await TryTakeAsync(organisationId, today, onDemand: true, cancellationToken) is { } taken)
            {
                return taken;
            }

            // Another checkpoint was taken meanwhile: tries again on top of it.
            if (await table.LastAsync(organisationId, cancellationToken) is null &&
                (await table.LeavesAsync(organisationId, cancellationToken)).Count == 0)
            {
                return null;
            }
        }
    }

    /// <summary>Lists the organisations whose day must be closed.</summary>
    public Task<IReadOnlyList<Guid>> DueAsync(DateOnly day, CancellationToken cancellationToken) => table.DueAsync(day, cancellationToken);

    private async Task<CheckpointRow?> TryTakeAsync(Guid organisationId, DateOnly day, bool onDemand, CancellationToken cancellationToken)
    {
        await parents.SettleAsync(organisationId, null, cancellationToken);

        // Reads the previous checkpoint before the wallets, so that they include all of it.
        var before = await table.LastAsync(organisationId, cancellationToken);
        var leaves = await table.LeavesAsync(organisationId, cancellationToken);
        if (leaves.Count == 0)
        {
            return null;
        }

        var packed = CheckpointLeaf.Pack(leaves);
        if (onDemand && before is not null && before.Leaves.AsSpan().SequenceEqual(packed))
        {
            return before;
        }

        var now = time.GetUtcNow();
        var last = before is null ? null : SignedCheckpoint.Of(before.Document, CheckpointLeaf.Unpack(before.Leaves));
        foreach (var fault in last is null ? [] : Regressions(last, leaves))
        {
            await alerts.RaiseAsync(organisationId, fault, cancellationToken);
        }

        var checkpoint = Checkpoint.Of(
            organisationId, day, new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), now.Offset), leaves,
            last?.Checkpoint,
            last is null ? default : Checkpoint.DigestOf(last.Document));
        var row = new CheckpointRow(
            organisationId, checkpoint.Number, Guid.CreateVersion7(now), day, onDemand, await keys.SignAsync(checkpoint, cancellationToken),
            packed);
        return await table.AddAsync(row, checkpoint, cancellationToken) ? row : null;
    }

    // The new checkpoint is signed in spite of faults; the previous one still proves the earlier state.
    private static IEnumerable<LedgerFault> Regressions(SignedCheckpoint before, IReadOnlyList<CheckpointLeaf> now)
    {
        var byWallet = now.ToDictionary(leaf => leaf.WalletId);
        foreach (var was in before.Leaves!)
        {
            var name = $"checkpoint {before.Checkpoint.Number} of {before.Checkpoint.Day:yyyy-MM-dd}";
            if (!byWallet.TryGetValue(was.WalletId, out var leaf))
            {
                yield return new LedgerFault(
                    FaultKind.Checkpoint, was.WalletId, null, $"{name} knows this wallet, which is not there any more");
            }
            else if (leaf.Sequence < was.Sequence)
            {
                yield return new LedgerFault(
                    FaultKind.Checkpoint, was.WalletId, leaf.Sequence + 1,
                    $"the ledger ends at sequence {leaf.Sequence}, {name} had sequence {was.Sequence}");
            }
            else if (leaf.Sequence == was.Sequence && leaf != was)
            {
                yield return new LedgerFault(FaultKind.Checkpoint, was.WalletId, was.Sequence, $"{name} has another transaction there");
            }
        }
    }
}
