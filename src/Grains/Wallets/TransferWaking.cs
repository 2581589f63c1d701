using Platform.Grains.Engine.Streams;

namespace Platform.Grains.Wallets;

/// <summary>
/// Wakes the transfers of an organisation; without it a transfer that was the organisation's last command could stay half done. The process
/// stores its token every ten seconds.
/// </summary>
public sealed class TransferWaking() : WokenConsumer(TransferProcessGrain.ConsumerName, TimeSpan.FromSeconds(15))
{
    public override Task WakeAsync(IGrainFactory grains, Guid organisationId) =>
        grains.GetGrain<ITransferProcessGrain>(EntityKey.Of(organisationId).ToString()).WakeAsync();
}
