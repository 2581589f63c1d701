using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Platform.Grains.Ledger;
using Platform.Grains.UnitTests.Wallets;
using Platform.Grains.Wallets;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Ledger;

/// <summary>An export of a few wallets whose rows a test may change, with checkpoints and a signing key.</summary>
internal sealed class LedgerBook : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public List<WalletTransactionRow> Rows { get; } = [];

    public List<SignedCheckpoint> Checkpoints { get; } = [];

    public CheckpointKey Key => CheckpointKey.Of(_key);

    public DateTimeOffset ExportedAt { get; set; } = WalletTester.Start.AddDays(30);

    /// <summary>Creates three wallets with all kinds of transactions.</summary>
    public static LedgerBook Create()
    {
        var book = new LedgerBook();
        for (var i = 0; i < 3; i++)
        {
            var wallet = new WalletTester();
            wallet.Deposit(100_000);
            wallet.Promote(500, expiresAt: wallet.Now.AddDays(1));
            wallet.Charge(700 + i);
            var hold = wallet.Hold(5_000).Value!.Id;
            wallet.Capture(hold, 1_234);
            var refunded = wallet.Charge(99).Value!.Id;
            wallet.Refund(refunded, 40);
            wallet.Hold(10, seconds: 1);
            wallet.Now += TimeSpan.FromDays(2);
            wallet.ExpireDue();
            wallet.Adjust(3, Platform.Wallets.AdjustmentDirection.Debit, wallet.Now.AddDays(-30));
            wallet.Send(1_000);
            wallet.Receive(2_000);
            book.Rows.AddRange(wallet.Ledger);
        }

        return book;
    }

    public Guid[] Wallets => [.. Rows.Select(row => row.Key.Id).Distinct()];

    public int IndexOf(Guid wallet, long sequence) => Rows.FindIndex(row => row.Key.Id == wallet && row.Sequence == sequence);

    /// <summary>Signs the current ledger, without the last transactions of each wallet.</summary>
    public SignedCheckpoint Sign(int without = 0, ECDsa? with = null)
    {
        CheckpointLeaf[] leaves =
        [
            .. Rows.GroupBy(row => row.Key.Id).Select(wallet => wallet.SkipLast(without).Last())
                .Select(row => new CheckpointLeaf(row.Key.Id, row.Sequence, row.Hash, row.BalanceAfter))
                .Order(Comparer<CheckpointLeaf>.Create((a, b) => CheckpointLeaf.Compare(a.WalletId, b.WalletId))),
        ];
        var before = Checkpoints.Count == 0 ? null : Checkpoints[^1];
        var checkpoint = Checkpoint.Of(
            Caller.Platform, new DateOnly(2026, 11, 21).AddDays(Checkpoints.Count), WalletTester.Start.AddDays(Checkpoints.Count), leaves,
            before?.Checkpoint,
            before is null ? default : Checkpoint.DigestOf(before.Document));
        var signed = SignedCheckpoint.Of(CheckpointKey.Sign(checkpoint, with ?? _key), leaves);
        Checkpoints.Add(signed);
        return signed;
    }

    /// <summary>Changes one transaction and recomputes all later hashes and balances, as a skilled forger would.</summary>
    public void Rewrite(Guid wallet, long sequence, long difference)
    {
        var previous = default(Digest);
        var shift = 0L;
        for (var i = 0; i < Rows.Count; i++)
        {
            if (Rows[i].Key.Id != wallet)
            {
                continue;
            }

            var row = Rows[i];
            if (row.Sequence == sequence)
            {
                shift = difference;
                row =
                    row with { Amount = row.Amount + difference,
                    Postings = [row.Postings[0], row.Postings[1], row.Postings[2] + difference, row.Postings[3]] };
            }

            row = row with { BalanceAfter = row.BalanceAfter + shift, AvailableAfter = row.AvailableAfter + shift };
            Rows[i] = row with { Hash = LedgerChain.HashOf(previous, row) };
            previous = Rows[i].Hash;
        }
    }

    public LedgerReport Verify(IReadOnlyList<SignedCheckpoint>? kept = null, IReadOnlyList<CheckpointKey>? keys = null)
    {
        var verifier = new LedgerVerifier(kept ?? [], keys);
        foreach (var line in Lines())
        {
            verifier.Accept(line);
        }

        return verifier.Finish();
    }

    public IEnumerable<byte[]> Lines()
    {
        yield return Bytes(writer => LedgerLine.Write(writer, new LedgerHeader(Caller.Platform, ExportedAt)));
        yield return Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("key");
            Key.Write(writer);
            writer.WriteEndObject();
        });
        foreach (var checkpoint in Checkpoints)
        {
            yield return Bytes(writer => SignedCheckpoint.Write(writer, checkpoint.Document, CheckpointLeaf.Pack(checkpoint.Leaves!)));
        }

        foreach (var row in Rows)
        {
            yield return Bytes(writer => LedgerLine.Write(writer, row));
        }
    }

    public void Dispose() => _key.Dispose();

    private static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        write(writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
