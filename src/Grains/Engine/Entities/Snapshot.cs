using System.Text.Json;

namespace Platform.Grains.Engine.Entities;

/// <summary>A disposable copy of an entity's state at a version. It is ignored if it does not fit the journal.</summary>
public sealed class Snapshot
{
    public long Version { get; set; }

    public int Schema { get; set; }

    public JsonElement State { get; set; }
}
