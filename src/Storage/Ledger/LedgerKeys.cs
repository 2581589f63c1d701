using System.Security.Cryptography;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Ledger;

namespace Platform.Storage.Ledger;

/// <summary>
/// The keys that sign checkpoints: one, made when it is first needed. It is not changed by age: what it has signed must be verified for
/// as long as the ledger is kept. Where its private half is gone the next one is made, and the old one still verifies.
/// </summary>
[Singleton]
public sealed class LedgerKeys(LedgerKeyTable table, TimeProvider time)
{
    /// <summary>All public keys, the one that signs last.</summary>
    public async Task<IReadOnlyList<CheckpointKey>> PublicAsync(CancellationToken cancellationToken) =>
        [.. (await table.ListAsync(cancellationToken)).Select(row => row.Key)];

    /// <summary>A checkpoint as a signed document.</summary>
    public async Task<string> SignAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        while (true)
        {
            var rows = await table.ListAsync(cancellationToken);
            if (rows is [.., var last] && await table.PrivateKeyAsync(last, cancellationToken) is { } pkcs8)
            {
                // Opened for each signature: it is needed once a day.
                using var key = ECDsa.Create();
                key.ImportPkcs8PrivateKey(pkcs8, out _);
                CryptographicOperations.ZeroMemory(pkcs8);
                return CheckpointKey.Sign(checkpoint, key);
            }

            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var now = time.GetUtcNow();
            await table.AddAsync(
                new LedgerKeyRow(rows.Count == 0 ? 1 : rows[^1].Number + 1, CheckpointKey.Of(fresh), Guid.CreateVersion7(now)), fresh.ExportPkcs8PrivateKey(), now,
                cancellationToken);
        }
    }
}
