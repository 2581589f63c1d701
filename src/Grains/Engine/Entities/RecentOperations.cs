namespace Platform.Grains.Engine.Entities;

/// <summary>
/// The most recent operations of one entity: the hash of the command and the version with the reply. Every entity has one of these, so
/// it is a flat array without the replies; a retry reads its reply from the journal.
/// </summary>
internal sealed class RecentOperations
{
    public const int Capacity = 32;

    private Decided[] _ring = [];
    private long _added;

    public void Add(OperationId operation, Guid commandHash, long version)
    {
        if (_added == _ring.Length && _added < Capacity)
        {
            Array.Resize(ref _ring, Math.Max(2, _ring.Length * 2));
        }

        _ring[_added++ % Capacity] = new Decided(operation, commandHash, version);
    }

    public bool TryGet(OperationId operation, out Decided decided)
    {
        foreach (ref readonly var candidate in _ring.AsSpan(0, (int)Math.Min(_added, _ring.Length)))
        {
            if (candidate.Operation == operation)
            {
                decided = candidate;
                return true;
            }
        }

        decided = default;
        return false;
    }

    internal readonly record struct Decided(OperationId Operation, Guid CommandHash, long Version);
}
