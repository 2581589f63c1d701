using Platform.Grains.Wallets;
using Platform.Identity;

namespace Platform.Grains.Ledger;

/// <summary>
/// Verifies the checkpoints of an export: signatures, roots, and the chain between them. Checkpoints that were kept elsewhere must be in
/// the export unchanged.
/// </summary>
internal sealed class CheckpointVerifier(IReadOnlyList<SignedCheckpoint> kept, IReadOnlyList<CheckpointKey>? keptKeys)
{
    private readonly List<CheckpointKey> _exported = [];
    private readonly List<LedgerFault> _faults = [];
    private readonly List<string> _notes = [];
    private readonly Dictionary<long, SignedCheckpoint> _verified = [];
    private readonly Dictionary<long, string> _documents = [];
    private LedgerHeader? _header;
    private (long Number, Digest Digest) _last;

    public int Count => _documents.Count;

    public IReadOnlyList<LedgerFault> Faults => _faults;

    public IReadOnlyList<string> Notes => _notes;

    public void Begin(LedgerHeader header) => _header = header;

    public void Accept(CheckpointKey key) => _exported.Add(key);

    /// <summary>Accepts the next checkpoint of the export.</summary>
    public void Accept(SignedCheckpoint signed)
    {
        var number = signed.Checkpoint.Number;
        if (number != _last.Number + 1)
        {
            Fault(FaultKind.CheckpointChain, signed, $"follows checkpoint {_last.Number}: those in between are missing");
        }
        else if (signed.Checkpoint.Previous != _last.Digest)
        {
            Fault(FaultKind.CheckpointChain, signed, "does not contain the digest of the previous one");
        }

        _last = (number, Checkpoint.DigestOf(signed.Document));
        if (!_documents.TryAdd(number, signed.Document))
        {
            Fault(FaultKind.CheckpointChain, signed, "appears twice");
        }

        Verify(signed);
    }

    /// <summary>Returns the checkpoints with valid signatures and roots, ordered by number.</summary>
    public IReadOnlyList<SignedCheckpoint> Finish()
    {
        foreach (var one in kept)
        {
            CheckKept(one);
        }

        if (_verified.Count == 0)
        {
            _notes.Add("There is no checkpoint. A ledger that was rewritten with new hashes or truncated would not be detected.");
        }
        else if (keptKeys is null)
        {
            _notes.Add("The keys come from the export itself. Use keys that were kept elsewhere (--keys) to detect replaced keys.");
        }

        if (kept.Count == 0 && _verified.Count > 0)
        {
            _notes.Add("No checkpoint that was kept elsewhere was given (--checkpoint). Removed last checkpoints would not be detected.");
        }

        return [.. _verified.OrderBy(pair => pair.Key).Select(pair => pair.Value)];
    }

    private void CheckKept(SignedCheckpoint one)
    {
        var number = one.Checkpoint.Number;
        if (_header is { } header && one.Checkpoint.TakenAt > header.ExportedAt)
        {
            Fault(FaultKind.CheckpointChain, one, "was kept elsewhere and is newer than the export: export again");
        }
        else if (!_documents.TryGetValue(number, out var exported))
        {
            Fault(FaultKind.CheckpointChain, one, "was kept elsewhere and is missing in the export");
        }
        else if (exported != one.Document)
        {
            Fault(FaultKind.CheckpointChain, one, "was kept elsewhere and differs in the export");
        }

        // The kept checkpoint takes precedence over the export's.
        if (one.Leaves is not null)
        {
            _verified.Remove(number);
            Verify(one);
        }
        else if (_verified.TryGetValue(number, out var verified) && verified.Document != one.Document)
        {
            _verified.Remove(number);
        }
    }

    private void Verify(SignedCheckpoint signed)
    {
        if (signed.Checkpoint.OrganisationId != _header?.OrganisationId)
        {
            Fault(FaultKind.Checkpoint, signed, "belongs to another organisation");
        }
        else if ((keptKeys ?? _exported).FirstOrDefault(key => key.Kid == signed.Kid) is not { } key)
        {
            Fault(FaultKind.Signature, signed, $"is signed with key {signed.Kid}, which is not trusted");
        }
        else if (!key.Verifies(signed.Document))
        {
            Fault(FaultKind.Signature, signed, "has an invalid signature");
        }
        else if (signed.Leaves is not { } leaves || !signed.Checkpoint.Covers(leaves))
        {
            Fault(FaultKind.Checkpoint, signed, "has a root that does not match its wallets");
        }
        else
        {
            _verified[signed.Checkpoint.Number] = signed;
        }
    }

    private void Fault(FaultKind kind, SignedCheckpoint signed, string detail) =>
        _faults.Add(
            new LedgerFault(kind, null, null, $"checkpoint {signed.Checkpoint.Number} of {signed.Checkpoint.Day:yyyy-MM-dd} {detail}"));
}
