using Platform.Activities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Metrics;

namespace Platform.Grains.Activities;

/// <summary>Metrics of activities: the quantity of completed ones.</summary>
public sealed class ActivityMetrics : MetricMapping<ActivityDefinition, ActivityEvent>
{
    public static readonly Metric Activities = Metric.Count("activities", Dimensions.Currency, Dimensions.Type);

    protected override void Count(ActivityEvent @event, JournalEntry entry, MetricPoints points)
    {
        if (@event is ActivityCompleted completed)
        {
            points.Add(
                Activities, (decimal)completed.Quantity.Millionths / Quantity.PerUnit, Currency.Parse(completed.Currency).Code,
                completed.Type);
        }
    }
}
