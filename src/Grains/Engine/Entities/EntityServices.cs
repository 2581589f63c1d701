using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;

namespace Platform.Grains.Engine.Entities;

/// <summary>What every entity needs from its silo.</summary>
[Singleton]
public sealed class EntityServices(
    IJournalWriter writer,
    IJournalReader reader,
    [FromKeyedServices(EntityServices.SnapshotStorage)] IGrainStorage snapshots,
    TimeProvider time,
    ILogger<EntityServices> logger)
{
    /// <summary>The name of the grain storage provider that keeps snapshots.</summary>
    public const string SnapshotStorage = "snapshots";

    public IJournalWriter Writer { get; } = writer;

    public IJournalReader Reader { get; } = reader;

    public IGrainStorage Snapshots { get; } = snapshots;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;
}
