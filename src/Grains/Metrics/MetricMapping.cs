using System.Collections.Frozen;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;

namespace Platform.Grains.Metrics;

/// <summary>Maps the journal rows of one entity type to metric points. Each domain has its own; they are found by a scan.</summary>
public abstract class MetricMapping
{
    private static readonly FrozenDictionary<string, MetricMapping> ByEntityType = Scan.Concrete(
        typeof(MetricMapping).Assembly, typeof(MetricMapping))
        .Select(type => (MetricMapping)Activator.CreateInstance(type)!)
        .ToFrozenDictionary(mapping => mapping.EntityType, StringComparer.Ordinal);

    /// <summary>The <c>Type</c> of the entity's definition.</summary>
    public abstract string EntityType { get; }

    /// <summary>Returns the points of a row. Unknown events are ignored; a known event that cannot be read throws.</summary>
    public static IReadOnlyList<MetricPoint> Map(JournalEntry entry)
    {
        if (!ByEntityType.TryGetValue(entry.EntityType, out var mapping))
        {
            return [];
        }

        var points = new MetricPoints(entry.At);
        mapping.Count(entry, points);
        return points.All;
    }

    protected abstract void Count(JournalEntry entry, MetricPoints points);
}

/// <summary>Maps the typed events of one entity type to metric points.</summary>
public abstract class MetricMapping<TDefinition, TEvent> : MetricMapping
    where TDefinition : IEntityReplay, new()
    where TEvent : class
{
    public sealed override string EntityType { get; } = new TDefinition().Type;

    protected sealed override void Count(JournalEntry entry, MetricPoints points)
    {
        foreach (var @event in JournalEvents<TEvent>.Read(entry))
        {
            Count(@event, entry, points);
        }
    }

    protected abstract void Count(TEvent @event, JournalEntry entry, MetricPoints points);
}

/// <summary>Collects the points of one row.</summary>
public sealed class MetricPoints(DateTimeOffset at)
{
    private readonly List<MetricPoint> _points = [];

    public IReadOnlyList<MetricPoint> All => _points;

    /// <summary>Adds a value, with the values of the metric's dimensions in their order.</summary>
    public void Add(Metric metric, decimal value, params ReadOnlySpan<string> dimensions)
    {
        var named = new (string, string)[metric.Dimensions.Count];
        for (var i = 0; i < named.Length; i++)
        {
            named[i] = (metric.Dimensions[i], dimensions[i]);
        }

        _points.Add(new MetricPoint(metric.Name, at, Dimensions.Of(named), value));
    }

    /// <summary>Adds an amount in minor units, unless it is 0.</summary>
    public void Add(Metric metric, long minor, Currency currency)
    {
        if (minor != 0)
        {
            Add(metric, minor / (decimal)currency.MinorPerUnit, currency.Code);
        }
    }
}
