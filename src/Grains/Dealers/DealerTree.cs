using Platform.Dealers;

namespace Platform.Grains.Dealers;

/// <summary>One version of an organisation's dealer tree, indexed to check access. Immutable.</summary>
public sealed class DealerTree
{
    /// <summary>The maximum number of levels. It also bounds every walk upwards.</summary>
    public const int MaxDepth = 32;

    public static readonly DealerTree Empty = new(0, []);

    private readonly Dictionary<Guid, DealerNode> _nodes;
    private readonly HashSet<Guid> _dead = [];

    private DealerTree(long version, IReadOnlyList<DealerNode> nodes)
    {
        Version = version;
        _nodes = nodes.ToDictionary(node => node.Id);
        foreach (var node in nodes)
        {
            if (Upwards(node.Id).Any(above => above.Status != DealerStatus.Active))
            {
                _dead.Add(node.Id);
            }
        }
    }

    public long Version { get; }

    public static DealerTree Of(DealerTreeView view) => new(view.Version, view.Nodes ?? []);

    public DealerNode? Find(Guid id) => _nodes.GetValueOrDefault(id);

    /// <summary>Whether the dealer exists and neither it nor any dealer above it is disabled.</summary>
    public bool IsLive(Guid id) => _nodes.ContainsKey(id) && !_dead.Contains(id);

    /// <summary>The dealer and those above it, from the bottom up; empty if there is no such dealer.</summary>
    public IEnumerable<DealerNode> Upwards(Guid id)
    {
        Guid? next = id;
        for (var level = 0; level < MaxDepth && next is { } current && _nodes.TryGetValue(current, out var node); level++)
        {
            yield return node;
            next = node.ParentId;
        }
    }

    /// <summary>Whether the dealer is live and is one of these roots or below one. The roots must be sorted.</summary>
    public bool IsReached(Guid id, Guid[] roots)
    {
        if (roots.Length == 0 || !IsLive(id))
        {
            return false;
        }

        Guid? next = id;
        for (var level = 0; level < MaxDepth && next is { } current; level++)
        {
            if (Array.BinarySearch(roots, current) >= 0)
            {
                return true;
            }

            next = _nodes[current].ParentId;
        }

        return false;
    }

    /// <summary>All live dealers at and below these roots, to filter a list.</summary>
    public IReadOnlyList<Guid> Reach(Guid[] roots) => [.. _nodes.Keys.Where(id => IsReached(id, roots))];

    /// <summary>The names from the top down to the dealer, such as <c>North / Berlin</c>.</summary>
    public string PathOf(Guid id) => string.Join(" / ", Upwards(id).Reverse().Select(node => node.Name));
}
