using System.Runtime.InteropServices;
using System.Text.Json;
using Platform.Grains.Wallets;

namespace Platform.Grains.Ledger;

/// <summary>
/// Verifies a ledger export line by line, without a server: every chain, all balances, and the checkpoints, including those that were kept
/// elsewhere. If kept keys are given, only these are trusted, otherwise the keys in the export.
/// </summary>
public sealed class LedgerVerifier(IReadOnlyList<SignedCheckpoint> kept, IReadOnlyList<CheckpointKey>? keptKeys = null)
{
    private readonly Dictionary<Guid, VerifiedWallet> _wallets = [];
    private readonly List<LedgerFault> _faults = [];
    private readonly CheckpointVerifier _checkpoints = new(kept, keptKeys);
    private LedgerHeader? _header;
    private long _lines;
    private long _transactions;

    /// <summary>Accepts the next line, without its line end.</summary>
    public void Accept(ReadOnlySpan<byte> line)
    {
        _lines++;
        try
        {
            if (line.StartsWith("{\"transaction\":"u8))
            {
                Accept(LedgerLine.Parse(line));
            }
            else if (_header is null)
            {
                Begin(LedgerLine.ParseHeader(line));
            }
            else if (line.StartsWith("{\"checkpoint\":"u8) && _transactions == 0)
            {
                _checkpoints.Accept(SignedCheckpoint.Read(JsonElement.Parse(line)));
            }
            else if (line.StartsWith("{\"key\":"u8) && _transactions == 0)
            {
                _checkpoints.Accept(CheckpointKey.Read(JsonElement.Parse(line).GetProperty("key")));
            }
            else
            {
                throw new FormatException("keys and checkpoints must come before the transactions");
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException or KeyNotFoundException)
        {
            _faults.Add(new LedgerFault(FaultKind.Unreadable, null, null, $"line {_lines} cannot be read: {exception.Message}"));
        }
    }

    /// <summary>Finishes and returns the report.</summary>
    public LedgerReport Finish()
    {
        if (_transactions == 0)
        {
            Expect();
        }

        if (_header is null && _faults.Count == 0)
        {
            _faults.Add(new LedgerFault(FaultKind.Unreadable, null, null, "the export is empty"));
        }

        foreach (var (id, wallet) in _wallets)
        {
            if (wallet.Finish(id) is { } fault)
            {
                _faults.Add(fault);
            }
        }

        return new LedgerReport(
            _header?.OrganisationId, _transactions, _wallets.Count, _checkpoints.Count, [.. _checkpoints.Faults, .. _faults],
            _checkpoints.Notes);
    }

    private void Begin(LedgerHeader header)
    {
        _header = header;
        _checkpoints.Begin(header);
        if (header.From is not null || header.To is not null)
        {
            throw new FormatException("a partial export cannot be verified; export without from and to");
        }
    }

    private void Accept(WalletTransactionRow row)
    {
        if (_transactions++ == 0)
        {
            Expect();
        }

        if (row.Key.OrganisationId != _header?.OrganisationId)
        {
            throw new FormatException("the transaction belongs to another organisation than the first line");
        }

        ref var wallet = ref CollectionsMarshal.GetValueRefOrAddDefault(_wallets, row.Key.Id, out var known);
        if (!known)
        {
            wallet = new VerifiedWallet();
        }

        wallet!.Accept(row);
    }

    // Expects only what valid checkpoints contain.
    private void Expect()
    {
        foreach (var checkpoint in _checkpoints.Finish())
        {
            foreach (var leaf in checkpoint.Leaves!)
            {
                ref var wallet = ref CollectionsMarshal.GetValueRefOrAddDefault(_wallets, leaf.WalletId, out var known);
                if (!known)
                {
                    wallet = new VerifiedWallet();
                }

                wallet!.Expect(checkpoint.Checkpoint, leaf);
            }
        }
    }
}
