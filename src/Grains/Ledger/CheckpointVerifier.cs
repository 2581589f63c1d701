using Platform.Grains.Wallets;
using Platform.Identity;

namespace Platform.Grains.Ledger;

/// <summary>
/// The checkpoints of an export, and those that were kept elsewhere: signatures, roots, and that each stands on the one before. What
/// was kept must be in the export as it was.
/// </summary>
internal sealed class CheckpointVerifier(IReadOnlyList<SignedCheckpoint> kept, IReadOnlyList<CheckpointKey>? keptKeys)
{
    private readonly List<CheckpointKey> _exported = [];
    private readonly List<LedgerFault> _faults = [];
    private readonly List<string> _notes = [];
    private readonly Dictionary<long, SignedCheckpoint> _sound = [];
    private readonly Dictionary<long, string> _documents = [];
    private LedgerHeader? _header;
    private (long Number, Digest Digest) _last;

    public int Count => _documents.Count;

    public IReadOnlyList<LedgerFault> Faults => _faults;

    public IReadOnlyList<string> Notes => _notes;

    public void Begin(LedgerHeader header) => _header = header;

    public void Accept(CheckpointKey key) => _exported.Add(key);

    /// <summary>The next checkpoint of the export.</summary>
    public void Accept(SignedCheckpoint signed)
    {
        var number = signed.Checkpoint.Number;
        if (number != _last.Number + 1)
        {
            Fault(FaultKind.CheckpointChain, signed, $"stands after checkpoint {_last.Number}: those between are missing");
        }
        else if (signed.Checkpoint.Previous != _last.Digest)
        {
            Fault(FaultKind.CheckpointChain, signed, "does not stand on the one before it");
        }

        _last = (number, Checkpoint.DigestOf(signed.Document));
        if (!_documents.TryAdd(number, signed.Document))
        {
            Fault(FaultKind.CheckpointChain, signed, "stands twice");
        }

        Take(signed);
    }

    /// <summary>All checkpoints whose wallets are proved by their signatures, in the order of their numbers.</summary>
    public IReadOnlyList<SignedCheckpoint> Finish()
    {
        foreach (var one in kept)
        {
            Hold(one);
        }

        if (_sound.Count == 0)
        {
            _notes.Add("There is no checkpoint: a ledger that was rewritten with new hashes, or cut off at its end, would not be noticed.");
        }
        else if (keptKeys is null)
        {
            _notes.Add("The keys are those of the export itself. Keys that were kept elsewhere (--keys) prove that nobody has put others in their place.");
        }

        if (kept.Count == 0 && _sound.Count > 0)
        {
            _notes.Add("No checkpoint that was kept elsewhere was given (--checkpoint): checkpoints that were removed at the end would not be noticed.");
        }

        return [.. _sound.OrderBy(pair => pair.Key).Select(pair => pair.Value)];
    }

    private void Hold(SignedCheckpoint one)
    {
        var number = one.Checkpoint.Number;
        if (_header is { } header && one.Checkpoint.TakenAt > header.ExportedAt)
        {
            Fault(FaultKind.CheckpointChain, one, "that was kept is younger than the export: make the export again");
        }
        else if (!_documents.TryGetValue(number, out var exported))
        {
            Fault(FaultKind.CheckpointChain, one, "that was kept is missing in the export");
        }
        else if (exported != one.Document)
        {
            Fault(FaultKind.CheckpointChain, one, "that was kept is another one in the export");
        }

        // What was kept counts, whatever the export has in its place.
        if (one.Leaves is not null)
        {
            _sound.Remove(number);
            Take(one);
        }
        else if (_sound.TryGetValue(number, out var sound) && sound.Document != one.Document)
        {
            _sound.Remove(number);
        }
    }

    private void Take(SignedCheckpoint signed)
    {
        if (signed.Checkpoint.OrganisationId != _header?.OrganisationId)
        {
            Fault(FaultKind.Checkpoint, signed, "is of another organisation");
        }
        else if ((keptKeys ?? _exported).FirstOrDefault(key => key.Kid == signed.Kid) is not { } key)
        {
            Fault(FaultKind.Signature, signed, $"is signed with the key {signed.Kid}, which is not among those that are trusted");
        }
        else if (!key.Verifies(signed.Document))
        {
            Fault(FaultKind.Signature, signed, "is not what was signed");
        }
        else if (signed.Leaves is not { } leaves || !signed.Checkpoint.Covers(leaves))
        {
            Fault(FaultKind.Checkpoint, signed, "has another root than its wallets");
        }
        else
        {
            _sound[signed.Checkpoint.Number] = signed;
        }
    }

    private void Fault(FaultKind kind, SignedCheckpoint signed, string detail) =>
        _faults.Add(new LedgerFault(kind, null, null, $"checkpoint {signed.Checkpoint.Number} of {signed.Checkpoint.Day:yyyy-MM-dd} {detail}"));
}
