using System.Text.Json.Serialization;

namespace Platform.Grains.Dealers;

/// <summary>What happened to a dealer tree. Every command is one event at most.</summary>
[JsonDerivedType(typeof(DealerCreated), "created")]
[JsonDerivedType(typeof(DealerUpdated), "updated")]
[JsonDerivedType(typeof(DealerMoved), "moved")]
[JsonDerivedType(typeof(DealerDisabled), "disabled")]
[JsonDerivedType(typeof(DealerEnabled), "enabled")]
public abstract record DealerEvent(Guid DealerId);

public sealed record DealerCreated(Guid DealerId, Guid? ParentId, string Name, string? Code) : DealerEvent(DealerId);

/// <summary>The fields after the change.</summary>
public sealed record DealerUpdated(Guid DealerId, string Name, string? Code) : DealerEvent(DealerId);

/// <summary>The dealer and all below it stand under this parent now, or at the top.</summary>
public sealed record DealerMoved(Guid DealerId, Guid? ParentId) : DealerEvent(DealerId);

public sealed record DealerDisabled(Guid DealerId) : DealerEvent(DealerId);

public sealed record DealerEnabled(Guid DealerId) : DealerEvent(DealerId);
