namespace Platform.Grains.Common.Entities;

/// <summary>The outcomes of the last operations of one entity, the oldest forgotten first.</summary>
internal sealed class RecentOperations
{
    public const int Capacity = 32;

    private readonly Dictionary<OperationId, Outcome> _outcomes = [];
    private readonly Queue<OperationId> _order = new();

    public void Add(OperationId operation, Guid commandHash, object reply)
    {
        if (!_outcomes.TryAdd(operation, new Outcome(commandHash, reply)))
        {
            return;
        }

        _order.Enqueue(operation);
        if (_order.Count > Capacity)
        {
            _outcomes.Remove(_order.Dequeue());
        }
    }

    public bool TryGet(OperationId operation, out Outcome outcome) => _outcomes.TryGetValue(operation, out outcome);

    /// <summary>Reply is the typed reply, the <see cref="Error"/> of a refusal, or the stored JSON not yet read.</summary>
    internal readonly record struct Outcome(Guid CommandHash, object Reply);
}
