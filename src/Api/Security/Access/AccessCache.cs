using System.Collections.Concurrent;
using Platform.Grains.Access;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.ServiceAccounts;

namespace Platform.Api.Security.Access;

/// <summary>
/// Caches the access of users and service accounts, read from their entities at most twice a second each. The next request sees a change
/// in this process; a change elsewhere is seen within the lease. If an entity does not answer, nobody is admitted (ASVS 16.5.3).
/// </summary>
[Singleton]
public sealed class AccessCache : IDisposable
{
    // Half of what is documented, so that a slow answer stays within the limit.
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(500);
    private const int Capacity = 100_000;

    private readonly LeaseCache<UserAccess> _users;
    // A cache of its own: anybody can name accounts that do not exist, and must not evict users.
    private readonly LeaseCache<ServiceAccountAccess> _accounts;
    private readonly LeaseCache<OrganisationRules> _organisations;
    private readonly ConcurrentDictionary<EntityKey, AccessView> _views = new();
    private readonly AccessSignal _signal;

    public AccessCache(IAccessSource source, AccessSignal signal, TimeSpan? lease = null)
    {
        _signal = signal;
        _users = new LeaseCache<UserAccess>(source.ReadUserAsync, Same, lease ?? Lease);
        _accounts = new LeaseCache<ServiceAccountAccess>(source.ReadAccountAsync, Same, lease ?? Lease);
        _organisations = new LeaseCache<OrganisationRules>(
            source.ReadOrganisationAsync, static (left, right) => left == right, lease ?? Lease);
        signal.Changed += Forget;
    }

    public AccessView? Find(SignedIn caller) => caller.Kind == CallerKind.User ? Find(caller.Key) : FindAccount(caller.Key);

    public ValueTask<AccessView> GetAsync(SignedIn caller) =>
        caller.Kind == CallerKind.User ? GetAsync(caller.Key)
        : FindAccount(caller.Key) is { } view ? new(view)
        : new(ReadAccountViewAsync(caller.Key));

    /// <summary>Reads a service account. If it does not exist, it counts as disabled.</summary>
    public ValueTask<ServiceAccountAccess> GetServiceAccountAsync(EntityKey account) => _accounts.GetAsync(account);

    public AccessView? Find(EntityKey user) =>
        _users.Find(user) is { } access && _organisations.Find(EntityKey.Of(user.OrganisationId)) is { } rules
            ? ViewOf(user, access, rules)
            : null;

    public ValueTask<AccessView> GetAsync(EntityKey user) => Find(user) is { } view ? new(view) : new(ReadAsync(user));

    public ValueTask<OrganisationRules> GetOrganisationAsync(Guid id) => _organisations.GetAsync(EntityKey.Of(id));

    /// <summary>
    /// Call this after changing access from this process, because the entity may live in another process. The key is that of a user or
    /// service account, or <see cref="EntityKey.Of"/> an organisation.
    /// </summary>
    public void Forget(EntityKey key)
    {
        _users.Forget(key);
        _accounts.Forget(key);
        _organisations.Forget(key);
    }

    public void Dispose() => _signal.Changed -= Forget;

    private async Task<AccessView> ReadAsync(EntityKey user)
    {
        var access = _users.GetAsync(user);
        var rules = await _organisations.GetAsync(EntityKey.Of(user.OrganisationId));
        return ViewOf(user, await access, rules);
    }

    private AccessView? FindAccount(EntityKey key) =>
        _accounts.Find(key) is { } access && _organisations.Find(EntityKey.Of(key.OrganisationId)) is { } rules
            ? ViewOf(key, access, rules)
            : null;

    private async Task<AccessView> ReadAccountViewAsync(EntityKey key)
    {
        var access = _accounts.GetAsync(key);
        var rules = await _organisations.GetAsync(EntityKey.Of(key.OrganisationId));
        return ViewOf(key, await access, rules);
    }

    // Computes the permissions once for each value read, not for each request.
    private AccessView ViewOf(EntityKey user, UserAccess access, OrganisationRules rules) =>
        _views.TryGetValue(user, out var known) && ReferenceEquals(known.User, access) && ReferenceEquals(known.Rules, rules)
            ? known
            : Keep(user, new AccessView(user, access, rules));

    private AccessView ViewOf(EntityKey account, ServiceAccountAccess access, OrganisationRules rules) =>
        _views.TryGetValue(account, out var known) && ReferenceEquals(known.Account, access) && ReferenceEquals(known.Rules, rules)
            ? known
            : Keep(account, new AccessView(account, access, rules));

    private AccessView Keep(EntityKey key, AccessView view)
    {
        if (!_views.ContainsKey(key) && _views.Count >= Capacity)
        {
            _views.Clear();
        }

        return _views[key] = view;
    }

    // Compares the lists by content, because deserialised lists are never the same object.
    private static bool Same(UserAccess left, UserAccess right) =>
        left with { Grants = right.Grants, Sessions = right.Sessions } == right &&
        left.Grants.SequenceEqual(right.Grants) && left.Sessions.SequenceEqual(right.Sessions);

    private static bool Same(ServiceAccountAccess left, ServiceAccountAccess right) =>
        left.Status == right.Status && left.Permissions.SequenceEqual(right.Permissions) && left.Keys.SequenceEqual(right.Keys);
}
