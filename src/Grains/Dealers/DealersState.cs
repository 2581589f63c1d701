using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Dealers;

namespace Platform.Grains.Dealers;

/// <summary>A dealer with the version of its own last change.</summary>
public sealed record Dealer(Guid Id, Guid? ParentId, string Name, string? Code, DealerStatus Status, long Version)
{
    public DealerNode ToNode() => new(Id, ParentId, Name, Code, Status);

    public DealerView ToView() => new(Id, ParentId, Name, Code, Status, Version);
}

/// <summary>
/// All dealers of an organisation. The collections are persistent, so that a command on 50,000 dealers copies a few nodes of them.
/// Children and codes follow from the dealers and are not in a snapshot.
/// </summary>
public sealed class DealersState
{
    private static readonly ImmutableDictionary<string, Guid> NoCodes = ImmutableDictionary.Create<string, Guid>(StringComparer.OrdinalIgnoreCase);

    public static readonly DealersState Empty = new(0, ImmutableDictionary<Guid, Dealer>.Empty); // After what it is made of.

    private readonly ImmutableDictionary<Guid, ImmutableHashSet<Guid>> _children;
    private readonly ImmutableDictionary<string, Guid> _codes;

    [JsonConstructor]
    public DealersState(long changes, ImmutableDictionary<Guid, Dealer> dealers)
        : this(
            changes, dealers,
            dealers.Values.Where(dealer => dealer.ParentId is not null).GroupBy(dealer => dealer.ParentId!.Value)
                .ToImmutableDictionary(siblings => siblings.Key, siblings => siblings.Select(dealer => dealer.Id).ToImmutableHashSet()),
            NoCodes.AddRange(dealers.Values.Where(dealer => dealer.Code is not null).Select(dealer => KeyValuePair.Create(dealer.Code!, dealer.Id))))
    {
    }

    private DealersState(
        long changes, ImmutableDictionary<Guid, Dealer> dealers, ImmutableDictionary<Guid, ImmutableHashSet<Guid>> children, ImmutableDictionary<string, Guid> codes) =>
        (Changes, Dealers, _children, _codes) = (changes, dealers, children, codes);

    /// <summary>How many events there were: the version of the entity, since every command is one event.</summary>
    public long Changes { get; }

    public ImmutableDictionary<Guid, Dealer> Dealers { get; }

    public Dealer? Find(Guid id) => Dealers.GetValueOrDefault(id);

    public Guid? OwnerOf(string code) => _codes.TryGetValue(code, out var id) ? id : null;

    /// <summary>The dealer itself and those above it, from below to the top.</summary>
    public IEnumerable<Dealer> Upwards(Guid? id)
    {
        for (var next = id; next is { } current; next = Dealers[current].ParentId)
        {
            yield return Dealers[current];
        }
    }

    /// <summary>How many levels the dealer and those below it are.</summary>
    public int HeightOf(Guid id) => 1 + (_children.TryGetValue(id, out var children) && !children.IsEmpty ? children.Max(HeightOf) : 0);

    public DealersState Apply(DealerEvent @event)
    {
        var version = Changes + 1;
        return @event switch
        {
            DealerCreated e => With(version, null, new Dealer(e.DealerId, e.ParentId, e.Name, e.Code, DealerStatus.Active, version)),
            DealerUpdated e => With(version, Dealers[e.DealerId], Dealers[e.DealerId] with { Name = e.Name, Code = e.Code, Version = version }),
            DealerMoved e => With(version, Dealers[e.DealerId], Dealers[e.DealerId] with { ParentId = e.ParentId, Version = version }),
            DealerDisabled e => With(version, Dealers[e.DealerId], Dealers[e.DealerId] with { Status = DealerStatus.Disabled, Version = version }),
            DealerEnabled e => With(version, Dealers[e.DealerId], Dealers[e.DealerId] with { Status = DealerStatus.Active, Version = version }),
            _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a dealer tree."),
        };
    }

    private DealersState With(long version, Dealer? before, Dealer after)
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

        return new DealersState(version, Dealers.SetItem(after.Id, after), children, codes);
    }
}
