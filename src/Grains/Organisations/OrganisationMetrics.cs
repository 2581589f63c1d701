using Platform.Grains.Engine.Journal;
using Platform.Grains.Metrics;
using Platform.Organisations;

namespace Platform.Grains.Organisations;

/// <summary>The metrics that events of an organisation add to.</summary>
public sealed class OrganisationMetrics : MetricMapping<OrganisationDefinition, OrganisationEvent>
{
    public static readonly Metric Organisations = Metric.Count("organisations", Dimensions.Kind);

    /// <summary>Plus one when an organisation is suspended, minus one when it is restored.</summary>
    public static readonly Metric Suspended = Metric.Count("organisations.suspended");

    protected override void Count(OrganisationEvent @event, JournalEntry entry, MetricPoints points)
    {
        switch (@event)
        {
            case OrganisationCreated created:
                points.Add(Organisations, 1, CodeOf(created.Kind));
                break;
            case OrganisationSuspended:
                points.Add(Suspended, 1);
                break;
            case OrganisationRestored:
                points.Add(Suspended, -1);
                break;
            default:
                break;
        }
    }

    private static string CodeOf(OrganisationKind kind) => kind switch
    {
        OrganisationKind.Individual => "individual",
        OrganisationKind.Enterprise => "enterprise",
        OrganisationKind.Platform => "platform",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind."),
    };
}
