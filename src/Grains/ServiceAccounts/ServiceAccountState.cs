using System.Collections.Immutable;
using Platform.Identity;
using Platform.ServiceAccounts;

namespace Platform.Grains.ServiceAccounts;

/// <summary>A key: what its secret hashes to, and until when it admits anybody.</summary>
public sealed record ServiceAccountKey(Guid Id, string Name, Digest SecretHash, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt)
{
    public bool IsAlive(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    public KeyView ToView() => new(Id, Name, CreatedAt, ExpiresAt, RevokedAt);
}

/// <summary>The state of a service account; Name is empty before there is one.</summary>
public sealed record ServiceAccountState
{
    /// <summary>Keys that are over are shown until there are more than this many in all.</summary>
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
        KeyAdded k => this with { Keys = Room(k.At).SetItem(k.KeyId, new ServiceAccountKey(k.KeyId, k.Name, k.SecretHash, k.At, k.ExpiresAt, null)) },
        KeyRevoked r => this with { Keys = Keys.SetItem(r.KeyId, Keys[r.KeyId] with { RevokedAt = r.At }) },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a service account."),
    };

    public ServiceAccountView ToView(EntityKey key, long version) =>
        new(key.Id, Name, Description, Permissions, Status, CreatedAt, CreatedBy, version);

    public ServiceAccountAccess ToAccess(DateTimeOffset now) => new(
        Status, Permissions,
        [.. Keys.Values.Where(key => key.IsAlive(now)).Select(key => new LiveKey(key.Id, key.SecretHash, key.ExpiresAt))]);

    // The decision bounds the keys that are alive, this those that are over.
    private ImmutableDictionary<Guid, ServiceAccountKey> Room(DateTimeOffset now) => Keys.Count < MaxRemembered
        ? Keys
        : Keys.RemoveRange(Keys.Values.Where(key => !key.IsAlive(now)).OrderBy(key => key.CreatedAt).ThenBy(key => key.Id)
            .Take(Keys.Count - MaxRemembered + 1).Select(key => key.Id));
}
