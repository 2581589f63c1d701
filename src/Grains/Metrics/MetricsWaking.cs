using Platform.Grains.Engine.Streams;
using Platform.Metrics;

namespace Platform.Grains.Metrics;

/// <summary>Wakes the metrics of an organisation. Otherwise the platform's figures could miss the last commits.</summary>
public sealed class MetricsWaking() : WokenConsumer(OrganisationMetricsGrain.ConsumerName, TimeSpan.FromSeconds(3))
{
    // A query makes the grain read to the head of the journal, or as far as it gets in a few seconds; it then continues on its own.
    public override Task WakeAsync(IGrainFactory grains, Guid organisationId) =>
        grains.GetGrain<IOrganisationMetricsGrain>(EntityKey.Of(organisationId).ToString()).ListAsync();
}
