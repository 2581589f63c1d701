using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Identity;
using Platform.ServiceAccounts;

namespace Platform.Grains.ServiceAccounts;

/// <summary>What happened to a service account. The journal stores only the SHA-256 of a key's secret.</summary>
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

public sealed record KeyAdded(Guid KeyId, string Name, Digest SecretHash, DateTimeOffset At, DateTimeOffset ExpiresAt)
    : ServiceAccountEvent;

public sealed record KeyRevoked(Guid KeyId, DateTimeOffset At) : ServiceAccountEvent;

/// <summary>A key: the hash of its secret, and when it expires.</summary>
public sealed record ServiceAccountKey(
    Guid Id, string Name, Digest SecretHash, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt)
{
    public bool IsAlive(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    public KeyView ToView() => new(Id, Name, CreatedAt, ExpiresAt, RevokedAt);
}

/// <summary>The state of a service account. Name is empty before it is created.</summary>
public sealed record ServiceAccountState
{
    /// <summary>Expired and revoked keys are kept until there are more keys than this.</summary>
    public const int MaxRemembered = 100;

    public static readonly ServiceAccountState None = new();

    public string Name { get; init; } = "";

    public string? Description { get; init; }

    public IReadOnlyList<string> Permissions { get; init; } = [];

    public ServiceAccountStatus Status { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public Guid CreatedBy { get; init; }

    public ImmutableDictionary<Guid, ServiceAccountKey> Keys { get; init; } = ImmutableDictionary<Guid, ServiceAccountKey>.Empty;

    public bool Exists => Name.Length > 0;

    public ServiceAccountState Apply(ServiceAccountEvent @event) => @event switch
    {
        ServiceAccountCreated c => new ServiceAccountState
        {
            Name = c.Name, Description = c.Description, Permissions = c.Permissions, CreatedAt = c.At, CreatedBy = c.By,
        },
        ServiceAccountUpdated u => this with { Name = u.Name, Description = u.Description, Permissions = u.Permissions },
        ServiceAccountDisabled => this with { Status = ServiceAccountStatus.Disabled },
        ServiceAccountEnabled => this with { Status = ServiceAccountStatus.Active },
        KeyAdded k => this with
        {
            Keys = Room(k.At).SetItem(k.KeyId, new ServiceAccountKey(k.KeyId, k.Name, k.SecretHash, k.At, k.ExpiresAt, null)),
        },
        KeyRevoked r => this with { Keys = Keys.SetItem(r.KeyId, Keys[r.KeyId] with { RevokedAt = r.At }) },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a service account."),
    };

    public ServiceAccountView ToView(EntityKey key, long version) =>
        new(key.Id, Name, Description, Permissions, Status, CreatedAt, CreatedBy, version);

    public ServiceAccountAccess ToAccess(DateTimeOffset now) => new(
        Status, Permissions,
        [.. Keys.Values.Where(key => key.IsAlive(now)).Select(key => new LiveKey(key.Id, key.SecretHash, key.ExpiresAt))]);

    // Decisions limit the valid keys; this limits the expired and revoked ones.
    private ImmutableDictionary<Guid, ServiceAccountKey> Room(DateTimeOffset now) => Keys.Count < MaxRemembered
        ? Keys
        : Keys.RemoveRange(Keys.Values.Where(key => !key.IsAlive(now)).OrderBy(key => key.CreatedAt).ThenBy(key => key.Id)
            .Take(Keys.Count - MaxRemembered + 1).Select(key => key.Id));
}
