namespace Platform.Grains.Engine.Entities;

/// <summary>
/// The last operations of one entity, the oldest forgotten first: what was asked, and the version that has the reply. Kept
/// flat and without the replies, which a repetition reads from the journal: there are as many of these as there are entities.
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
