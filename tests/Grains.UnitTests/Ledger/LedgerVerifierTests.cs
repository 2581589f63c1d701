using System.Security.Cryptography;
using System.Text;
using Platform.Grains.Ledger;

namespace Platform.Grains.UnitTests.Ledger;

/// <summary>What the verifier finds in an export, with and without checkpoints that were kept elsewhere.</summary>
public sealed class LedgerVerifierTests : IDisposable
{
    private readonly LedgerBook _book = LedgerBook.Create();

    public void Dispose() => _book.Dispose();

    [Fact]
    public void An_unchanged_ledger_is_sound()
    {
        _book.Sign(without: 6);
        _book.Sign(without: 2);
        var last = _book.Sign();
        var report = _book.Verify([last, _book.Checkpoints[0]], [_book.Key]);
        Assert.Empty(report.Faults);
        Assert.Empty(report.Notes);
        Assert.Equal((_book.Rows.Count, 3, 3), ((int)report.Transactions, report.Wallets, report.Checkpoints));
    }

    [Fact]
    public void Notes_tell_what_could_not_be_verified()
    {
        Assert.Contains("no checkpoint", Assert.Single(_book.Verify().Notes), StringComparison.Ordinal);
        _book.Sign();
        Assert.Equal(2, _book.Verify().Notes.Count);
    }

    [Fact]
    public void Every_change_of_a_transaction_is_reported_for_that_transaction_only()
    {
        var wallet = _book.Wallets[1];
        var index = _book.IndexOf(wallet, 5);
        var row = _book.Rows[index];
        foreach (var changed in new[]
        {
            row with { Amount = row.Amount + 1 }, row with { BalanceAfter = row.BalanceAfter - 1 }, row with { HeldAfter = 1 },
            row with { AvailableAfter = 1 },
            row with { Reason = "other" }, row with { Reference = "other" }, row with { At = row.At.AddTicks(10) },
            row with { KnownAt = row.KnownAt.AddTicks(10) },
            row with { ActorId = Guid.Empty }, row with { OperationId = Guid.Empty }, row with { RelatedId = null },
            row with { Id = Guid.Empty }, row with { Type = 0 },
            row with { Currency = "EUR" }, row with { Metadata = new Dictionary<string, string> { ["a"] = "b" } },
            row with { Postings = [1, 4, 1, 0] },
            row with { Hash = default },
        })
        {
            _book.Rows[index] = changed;
            var fault = Assert.Single(_book.Verify().Faults);
            Assert.Equal((FaultKind.Hash, wallet, 5L), (fault.Kind, fault.WalletId!.Value, fault.Sequence!.Value));
        }
    }

    [Fact]
    public void A_removed_transaction_is_the_first_bad_sequence()
    {
        var wallet = _book.Wallets[0];
        _book.Rows.RemoveAt(_book.IndexOf(wallet, 4));
        var fault = Assert.Single(_book.Verify().Faults);
        Assert.Equal((FaultKind.Missing, wallet, 4L), (fault.Kind, fault.WalletId!.Value, fault.Sequence!.Value));
    }

    [Fact]
    public void A_duplicated_or_moved_transaction_is_found()
    {
        var wallet = _book.Wallets[0];
        var index = _book.IndexOf(wallet, 4);
        _book.Rows.Insert(index, _book.Rows[index]);
        Assert.Equal((FaultKind.Sequence, 4L), _book.Verify().Faults is [var twice] ? (twice.Kind, twice.Sequence!.Value) : default);
        _book.Rows.RemoveAt(index);
        (_book.Rows[index], _book.Rows[index + 1]) = (_book.Rows[index + 1], _book.Rows[index]);
        Assert.Equal((FaultKind.Missing, 4L), _book.Verify().Faults is [var swapped] ? (swapped.Kind, swapped.Sequence!.Value) : default);
    }

    [Fact]
    public void A_truncated_ledger_is_found_only_by_a_checkpoint()
    {
        var checkpoint = _book.Sign();
        var wallet = _book.Wallets[2];
        _book.Rows.RemoveRange(_book.Rows.Count - 3, 3);
        var last = _book.Rows[^1].Sequence;
        _book.Checkpoints.Clear();
        Assert.True(_book.Verify().IsSound);

        var faults = _book.Verify([checkpoint], [_book.Key]).Faults;
        Assert.Contains(faults, fault => (fault.Kind, fault.WalletId, fault.Sequence) == (FaultKind.Missing, wallet, last + 1));
        Assert.Contains(faults, fault => fault.Kind == FaultKind.CheckpointChain); // It is missing in the export.

        _book.Checkpoints.Add(checkpoint);
        Assert.Equal(wallet, Assert.Single(_book.Verify().Faults).WalletId);
    }

    [Fact]
    public void A_removed_wallet_is_found_by_a_checkpoint()
    {
        _book.Sign();
        var wallet = _book.Wallets[1];
        _book.Rows.RemoveAll(row => row.Key.Id == wallet);
        var fault = Assert.Single(_book.Verify().Faults);
        Assert.Equal((FaultKind.Missing, wallet, 1L), (fault.Kind, fault.WalletId!.Value, fault.Sequence!.Value));
    }

    [Fact]
    public void A_rewrite_with_new_hashes_is_found_only_by_an_older_checkpoint()
    {
        var kept = _book.Sign(without: 4);
        var wallet = _book.Wallets[0];
        _book.Rewrite(wallet, 1, 600);
        _book.Checkpoints.Clear();
        Assert.True(_book.Verify().IsSound);

        // The forger signs new checkpoints with another key.
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _book.Sign(without: 4, own);
        var fault = Assert.Single(_book.Verify([kept], [_book.Key]).Faults, fault => fault.WalletId is not null);
        Assert.Equal(
            (FaultKind.Checkpoint, wallet, kept.Leaves!.Single(leaf => leaf.WalletId == wallet).Sequence),
            (fault.Kind, fault.WalletId!.Value, fault.Sequence!.Value));
    }

    [Fact]
    public void The_signed_document_of_a_kept_checkpoint_is_enough()
    {
        var kept = _book.Sign();
        Assert.True(_book.Verify([SignedCheckpoint.Parse(kept.Document)], [_book.Key]).IsSound);
        _book.Rewrite(_book.Wallets[0], 1, 600);
        _book.Checkpoints.Clear();
        _book.Sign();
        Assert.Contains(
            _book.Verify([SignedCheckpoint.Parse(kept.Document)], [_book.Key]).Faults,
            fault => fault.Kind == FaultKind.CheckpointChain && fault.Detail.Contains("differs in the export", StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_that_was_changed_or_signed_with_another_key_is_not_trusted()
    {
        var sound = _book.Sign();
        _book.Checkpoints[0] =
            sound with { Leaves = [.. sound.Leaves!.Select(
                (leaf, index) => index == 0 ? leaf with { Balance = leaf.Balance + 1 } : leaf)] };
        Assert.Equal(FaultKind.Checkpoint, Assert.Single(_book.Verify().Faults).Kind);
        _book.Checkpoints[0] = sound with { Leaves = [.. sound.Leaves!.Reverse()] };
        Assert.Equal(FaultKind.Checkpoint, Assert.Single(_book.Verify().Faults).Kind);

        var parts = sound.Document.Split('.');
        var other = Encoding.UTF8.GetString(sound.Checkpoint.Write()).Replace("\"number\":1", "\"number\":1 ", StringComparison.Ordinal);
        var payload = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(other));
        _book.Checkpoints[0] = sound with { Document = $"{parts[0]}.{payload}.{parts[2]}" };
        Assert.Equal(FaultKind.Signature, Assert.Single(_book.Verify().Faults).Kind);

        _book.Checkpoints.Clear();
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _book.Sign(with: own);
        Assert.Equal(FaultKind.Signature, Assert.Single(_book.Verify().Faults).Kind);
    }

    [Fact]
    public void A_removed_checkpoint_breaks_the_chain_of_checkpoints()
    {
        _book.Sign(without: 4);
        _book.Sign(without: 2);
        _book.Sign();
        _book.Checkpoints.RemoveAt(1);
        var fault = Assert.Single(_book.Verify().Faults);
        Assert.Equal(FaultKind.CheckpointChain, fault.Kind);
        Assert.Contains("checkpoint 3", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kept_checkpoint_is_read_as_api_response_export_line_or_document()
    {
        var signed = _book.Sign();
        var line = _book.Lines().Select(Encoding.UTF8.GetString)
            .Single(text => text.StartsWith("{\"checkpoint\"", StringComparison.Ordinal));
        var leaves = string.Join(',', signed.Leaves!.Select(leaf =>
            $$"""{"walletId":"{{leaf.WalletId}}","sequence":{{leaf.Sequence}},""" +
            $$""" "head":"{{Checkpoint.Hex(leaf.Head)}}","balanceMinor":{{leaf.Balance}}}"""));
        var answer = $$"""{"checkpoint":{"number":1,"document":"{{signed.Document}}"},"leaves":[{{leaves}}]}""";
        foreach (var text in new[] { line, answer })
        {
            var read = SignedCheckpoint.Parse(text);
            Assert.Equal(signed.Document, read.Document);
            Assert.Equal(signed.Leaves, read.Leaves);
        }

        Assert.Null(SignedCheckpoint.Parse(signed.Document + "\n").Leaves);
        Assert.Throws<FormatException>(() => SignedCheckpoint.Parse("nonsense"));
        Assert.Throws<FormatException>(() => SignedCheckpoint.Parse("{}"));
    }

    [Fact]
    public void Unreadable_lines_are_reported_and_do_not_stop_the_verification()
    {
        var verifier = new LedgerVerifier([]);
        var index = 0;
        foreach (var line in _book.Lines())
        {
            verifier.Accept(line);
            if (index++ == 4)
            {
                verifier.Accept("{\"transaction\":{}}"u8);
                verifier.Accept("nonsense"u8);
            }
        }

        var report = verifier.Finish();
        Assert.Equal(2, report.Faults.Count);
        Assert.All(report.Faults, fault => Assert.Equal(FaultKind.Unreadable, fault.Kind));
        Assert.Equal(_book.Rows.Count, report.Transactions);
        Assert.False(new LedgerVerifier([]).Finish().IsSound);
    }
}
