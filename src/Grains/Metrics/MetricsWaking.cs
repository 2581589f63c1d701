using Platform.Grains.Engine.Streams;
using Platform.Metrics;

namespace Platform.Grains.Metrics;

/// <summary>Wakes the metrics of an organisation; without it the figures of the platform would lack what was committed last.</summary>
public sealed class MetricsWaking() : WokenConsumer(OrganisationMetricsGrain.ConsumerName, TimeSpan.FromSeconds(3))
{
    // A question makes the grain read up to the head, or as far as it gets in a few seconds; then it goes on by itself.
    public override Task WakeAsync(IGrainFactory grains, Guid organisationId) =>
        grains.GetGrain<IOrganisationMetricsGrain>(EntityKey.Of(organisationId).ToString()).ListAsync();
}
