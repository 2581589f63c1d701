using System.Text.Json.Serialization;
using Platform.Identity;

namespace Platform.Grains.ServiceAccounts;

/// <summary>What happened to a service account. Of a key the journal has the SHA-256 of its secret alone.</summary>
[JsonDerivedType(typeof(ServiceAccountCreated), "created")]
[JsonDerivedType(typeof(ServiceAccountUpdated), "updated")]
[JsonDerivedType(typeof(ServiceAccountDisabled), "disabled")]
[JsonDerivedType(typeof(ServiceAccountEnabled), "enabled")]
[JsonDerivedType(typeof(KeyAdded), "key-added")]
[JsonDerivedType(typeof(KeyRevoked), "key-revoked")]
public abstract record ServiceAccountEvent;

public sealed record ServiceAccountCreated(string Name, string? Description, IReadOnlyList<string> Permissions, Guid By, DateTimeOffset At)
    : ServiceAccountEvent;

/// <summary>The fields after the change.</summary>
public sealed record ServiceAccountUpdated(string Name, string? Description, IReadOnlyList<string> Permissions) : ServiceAccountEvent;

public sealed record ServiceAccountDisabled : ServiceAccountEvent;

public sealed record ServiceAccountEnabled : ServiceAccountEvent;

public sealed record KeyAdded(Guid KeyId, string Name, Digest SecretHash, DateTimeOffset At, DateTimeOffset ExpiresAt) : ServiceAccountEvent;

public sealed record KeyRevoked(Guid KeyId, DateTimeOffset At) : ServiceAccountEvent;
