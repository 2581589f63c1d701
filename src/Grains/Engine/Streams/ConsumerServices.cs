using Microsoft.Extensions.Logging;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;

namespace Platform.Grains.Engine.Streams;

/// <summary>What every consumer of the journal needs.</summary>
[Singleton]
public sealed record ConsumerServices(
    IJournalReader Journal, IConsumerStore Store, TimeProvider Time, ILogger<JournalConsumerGrain> Logger);

internal static partial class ConsumerLog
{
    [LoggerMessage(LogLevel.Warning, "Consumer {Consumer} failed and will retry.")]
    public static partial void Failed(ILogger logger, string consumer, Exception exception);

    [LoggerMessage(LogLevel.Error, "Consumer {Consumer} quarantined {EntityType} {EntityId} version {Version}.")]
    public static partial void Quarantined(
        ILogger logger, string consumer, string entityType, Guid entityId, long version, Exception exception);

    [LoggerMessage(LogLevel.Information, "Consumer {Consumer} of {OrganisationId} has another activation; this one ends.")]
    public static partial void Lost(ILogger logger, string consumer, Guid organisationId);
}
