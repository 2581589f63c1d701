using System.Diagnostics.CodeAnalysis;

namespace Platform.Storage.Engine.Journal;

/// <summary>A cache that evicts the least recently used value.</summary>
internal sealed class RecentlyUsed<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _order = new();

    public bool IsFull => _nodes.Count >= capacity;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            value = default;
            return false;
        }

        _order.Remove(node);
        _order.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    /// <summary>Removes and returns the least recently used value.</summary>
    public TValue RemoveOldest()
    {
        var (key, value) = _order.Last!.Value;
        Remove(key);
        return value;
    }

    /// <summary>Adds a value, or replaces the one of the same key.</summary>
    public void Put(TKey key, TValue value)
    {
        Remove(key);
        if (IsFull)
        {
            RemoveOldest();
        }

        _nodes.Add(key, _order.AddFirst((key, value)));
    }

    public void Remove(TKey key)
    {
        if (_nodes.Remove(key, out var node))
        {
            _order.Remove(node);
        }
    }

    public void Clear()
    {
        _nodes.Clear();
        _order.Clear();
    }
}
