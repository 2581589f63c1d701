using Platform.Grains.Engine.Streams;

namespace Platform.Grains.Wallets;

/// <summary>
/// Wakes the transfer process of an organisation. Otherwise a transfer that was the organisation's last command could stay unfinished.
/// The process stores its token every ten seconds.
/// </summary>
public sealed class TransferWaking() : WokenConsumer(TransferProcessGrain.ConsumerName, TimeSpan.FromSeconds(15))
{
    public override Task WakeAsync(IGrainFactory grains, Guid organisationId) =>
        grains.GetGrain<ITransferProcessGrain>(EntityKey.Of(organisationId).ToString()).WakeAsync();
}
