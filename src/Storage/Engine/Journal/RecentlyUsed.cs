using System.Diagnostics.CodeAnalysis;

namespace Platform.Storage.Engine.Journal;

/// <summary>Keeps so many values; who must make room is the one that was asked for the longest ago.</summary>
internal sealed class RecentlyUsed<TKey, TValue>(int most)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _order = new();

    public bool IsFull => _nodes.Count >= most;

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

    /// <summary>Takes out the one that was asked for the longest ago.</summary>
    public TValue TakeOldest()
    {
        var (key, value) = _order.Last!.Value;
        Remove(key);
        return value;
    }

    /// <summary>Puts a value in, in the place of that of the same key.</summary>
    public void Put(TKey key, TValue value)
    {
        Remove(key);
        if (IsFull)
        {
            TakeOldest();
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
