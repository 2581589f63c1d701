using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Dealers;

namespace Platform.Grains.Dealers;

/// <summary>What happened to a dealer tree. A command makes at most one event.</summary>
[JsonDerivedType(typeof(DealerCreated), "created")]
[JsonDerivedType(typeof(DealerUpdated), "updated")]
[JsonDerivedType(typeof(DealerMoved), "moved")]
[JsonDerivedType(typeof(DealerDisabled), "disabled")]
[JsonDerivedType(typeof(DealerEnabled), "enabled")]
public abstract record DealerEvent(Guid DealerId);

public sealed record DealerCreated(Guid DealerId, Guid? ParentId, string Name, string? Code) : DealerEvent(DealerId);

/// <summary>The fields after the change.</summary>
public sealed record DealerUpdated(Guid DealerId, string Name, string? Code) : DealerEvent(DealerId);

/// <summary>The dealer and all dealers below it are now under this parent, or at the top.</summary>
public sealed record DealerMoved(Guid DealerId, Guid? ParentId) : DealerEvent(DealerId);

public sealed record DealerDisabled(Guid DealerId) : DealerEvent(DealerId);

public sealed record DealerEnabled(Guid DealerId) : DealerEvent(DealerId);

/// <summary>A dealer with the version of its own last change.</summary>
public sealed record Dealer(Guid Id, Guid? ParentId, string Name, string? Code, DealerStatus Status, long Version)
{
    public DealerNode ToNode() => new(Id, ParentId, Name, Code, Status);

    public DealerView ToView() => new(Id, ParentId, Name, Code, Status, Version);
}

/// <summary>
/// All dealers of an organisation. The collections are immutable trees, so a command on 50,000 dealers copies only a few nodes.
/// Children and codes are derived from the dealers and are not in a snapshot.
/// </summary>
public sealed class DealersState
{
    private static readonly ImmutableDictionary<string, Guid> NoCodes =
        ImmutableDictionary.Create<string, Guid>(StringComparer.OrdinalIgnoreCase);

    // After NoCodes, because static fields are set in order.
    public static readonly DealersState Empty = new(0, ImmutableDictionary<Guid, Dealer>.Empty);

    private readonly ImmutableDictionary<Guid, ImmutableHashSet<Guid>> _children;
    private readonly ImmutableDictionary<string, Guid> _codes;

    [JsonConstructor]
    public DealersState(long changes, ImmutableDictionary<Guid, Dealer> dealers)
        : this(
            changes, dealers,
            dealers.Values.Where(dealer => dealer.ParentId is not null).GroupBy(dealer => dealer.ParentId!.Value)
                .ToImmutableDictionary(siblings => siblings.Key, siblings => siblings.Select(dealer => dealer.Id).ToImmutableHashSet()),
            NoCodes.AddRange(
                dealers.Values.Where(dealer => dealer.Code is not null).Select(dealer => KeyValuePair.Create(dealer.Code!, dealer.Id))))
    {
    }

    private DealersState(
        long changes, ImmutableDictionary<Guid, Dealer> dealers, ImmutableDictionary<Guid, ImmutableHashSet<Guid>> children,
        ImmutableDictionary<string, Guid> codes) =>
        (Changes, Dealers, _children, _codes) = (changes, dealers, children, codes);

    /// <summary>The number of events, which is the version of the entity because every command is one event.</summary>
    public long Changes { get; }

    public ImmutableDictionary<Guid, Dealer> Dealers { get; }

    public Dealer? Find(Guid id) => Dealers.GetValueOrDefault(id);

    public Guid? OwnerOf(string code) => _codes.TryGetValue(code, out var id) ? id : null;

    /// <summary>The dealer and those above it, from the bottom up.</summary>
    public IEnumerable<Dealer> Upwards(Guid? id)
    {
        for (var next = id; next is { } current; next = Dealers[current].ParentId)
        {
            yield return Dealers[current];
        }
    }

    /// <summary>The number of levels from this dealer down to the deepest one below it.</summary>
    public int HeightOf(Guid id) => 1 + (_children.TryGetValue(id, out var children) && !children.IsEmpty ? children.Max(HeightOf) : 0);

    public DealersState Apply(DealerEvent @event)
    {
        var version = Changes + 1;
        return @event switch
        {
            DealerCreated e => With(null, new Dealer(e.DealerId, e.ParentId, e.Name, e.Code, DealerStatus.Active, version)),
            DealerUpdated e => Change(before => before with { Name = e.Name, Code = e.Code, Version = version }),
            DealerMoved e => Change(before => before with { ParentId = e.ParentId, Version = version }),
            DealerDisabled => Change(before => before with { Status = DealerStatus.Disabled, Version = version }),
            DealerEnabled => Change(before => before with { Status = DealerStatus.Active, Version = version }),
            _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a dealer tree."),
        };

        DealersState Change(Func<Dealer, Dealer> change) => With(Dealers[@event.DealerId], change(Dealers[@event.DealerId]));
    }

    private DealersState With(Dealer? before, Dealer after)
    {
        var (children, codes) = (_children, _codes);
        if (before is null || before.ParentId != after.ParentId)
        {
            children = before?.ParentId is { } from ? children.SetItem(from, children[from].Remove(after.Id)) : children;
            children = after.ParentId is { } to
                ? children.SetItem(to, children.GetValueOrDefault(to, ImmutableHashSet<Guid>.Empty).Add(after.Id))
                : children;
        }

        if (before?.Code != after.Code)
        {
            codes = before?.Code is { } old ? codes.Remove(old) : codes;
            codes = after.Code is { } code ? codes.SetItem(code, after.Id) : codes;
        }

        return new DealersState(after.Version, Dealers.SetItem(after.Id, after), children, codes);
    }
}
