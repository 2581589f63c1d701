using Orleans.Runtime.Providers;

namespace Platform.Grains.Engine.Streams;

/// <summary>
/// The backoff of the pulling agents after a failure: 100 ms, doubling to 2 s. Orleans' defaults are 10 to 20 s for reads and 1 to
/// 30 s for deliveries.
/// </summary>
public sealed class StreamBackoff : IMessageDeliveryBackoffProvider, IQueueReaderBackoffProvider
{
    public TimeSpan Next(int attempt) =>
        TimeSpan.FromMilliseconds(Math.Min(PollPace.MaxDelay.TotalMilliseconds, 100 * Math.Pow(2, Math.Clamp(attempt, 0, 10))));
}
