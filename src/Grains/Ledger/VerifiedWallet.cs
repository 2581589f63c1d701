using Platform.Grains.Wallets;
using Platform.Identity;

namespace Platform.Grains.Ledger;

/// <summary>Verifies the chain of a wallet against the checkpoints that contain it.</summary>
internal sealed class VerifiedWallet
{
    private readonly WalletChain _chain = new();
    private readonly List<Expected> _expected = [];
    private int _next;
    private LedgerFault? _fault;

    /// <summary>Adds a checkpoint. Call in checkpoint order, before the first transaction.</summary>
    public void Expect(Checkpoint checkpoint, CheckpointLeaf leaf)
    {
        var expected = new Expected(leaf.Sequence, leaf.Head, leaf.Balance, checkpoint.Number, checkpoint.Day);
        if (_expected.Count > 0 && _expected[^1] is var last)
        {
            if (last.Matches(expected))
            {
                return;
            }

            if (expected.Sequence <= last.Sequence)
            {
                _fault ??= new LedgerFault(
                    FaultKind.CheckpointChain, leaf.WalletId, expected.Sequence,
                    $"{expected} has it at sequence {expected.Sequence}, after {last} had it at {last.Sequence}");
                return;
            }
        }

        if (expected.Sequence == 0)
        {
            _fault ??= expected.Head == default && expected.Balance == 0
                ? null
                : new LedgerFault(FaultKind.Checkpoint, leaf.WalletId, 1, $"{expected} has a balance without a transaction");
            return;
        }

        _expected.Add(expected);
    }

    public void Accept(WalletTransactionRow row)
    {
        if (_fault is not null)
        {
            return;
        }

        _fault = _chain.Accept(row);
        if (_fault is null && _next < _expected.Count && _expected[_next] is var expected && expected.Sequence == row.Sequence)
        {
            _next++;
            if (expected.Head != _chain.Head || expected.Balance != _chain.Balance)
            {
                _fault = new LedgerFault(
                    FaultKind.Checkpoint, row.Key.Id, row.Sequence,
                    $"{expected} has another transaction there: this one, or one " +
                    $"{(_next > 1 ? $"since {_expected[_next - 2].Sequence}" : "before it")}, was rewritten");
            }
        }
    }

    public LedgerFault? Finish(Guid walletId)
    {
        if (_fault is null && _next < _expected.Count)
        {
            var expected = _expected[_next];
            return new LedgerFault(
                FaultKind.Missing, walletId, _chain.Sequence + 1,
                $"the export ends at sequence {_chain.Sequence}, {expected} had sequence {expected.Sequence}");
        }

        return _fault;
    }

    private readonly record struct Expected(long Sequence, Digest Head, long Balance, long Number, DateOnly Day)
    {
        public bool Matches(in Expected other) => (Sequence, Head, Balance) == (other.Sequence, other.Head, other.Balance);

        public override string ToString() => $"checkpoint {Number} of {Day:yyyy-MM-dd}";
    }
}
