using System.Security.Cryptography;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Ledger;

namespace Platform.Storage.Ledger;

/// <summary>
/// Signs checkpoints. The key is created when first needed and not rotated by age, since its signatures must be verifiable as long as the
/// ledger is kept. If its private key is lost, a new one is created; the old public key still verifies.
/// </summary>
[Singleton]
public sealed class LedgerKeys(LedgerKeyTable table, TimeProvider time)
{
    /// <summary>Lists all public keys; the last one signs.</summary>
    public async Task<IReadOnlyList<CheckpointKey>> PublicAsync(CancellationToken cancellationToken) =>
        [.. (await table.ListAsync(cancellationToken)).Select(row => row.Key)];

    /// <summary>Signs a checkpoint and returns the signed document.</summary>
    public async Task<string> SignAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        while (true)
        {
            var rows = await table.ListAsync(cancellationToken);
            if (rows is [.., var last] && await table.PrivateKeyAsync(last, cancellationToken) is { } pkcs8)
            {
                // Imported for each signature, because it is needed about once a day.
                using var key = ECDsa.Create();
                key.ImportPkcs8PrivateKey(pkcs8, out _);
                CryptographicOperations.ZeroMemory(pkcs8);
                return CheckpointKey.Sign(checkpoint, key);
            }

            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var now = time.GetUtcNow();
            await table.AddAsync(
                new LedgerKeyRow(rows.Count == 0 ? 1 : rows[^1].Number + 1, CheckpointKey.Of(fresh), Guid.CreateVersion7(now)),
                fresh.ExportPkcs8PrivateKey(), now,
                cancellationToken);
        }
    }
}
