using System.Collections.Concurrent;
using Platform.Access;
using Platform.Api.Common;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Grains.Dealers;
using Platform.Identity;

namespace Platform.Api.Access;

/// <summary>
/// What users may do, asked of the entities that decide it at most twice a second each. A change in this process is seen by the next
/// request; a change elsewhere within the lease. Where an entity does not answer, nobody is admitted (ASVS 16.5.3).
/// </summary>
public sealed class AccessCache : IDisposable
{
    // Half of what is promised, so that the promise holds with a slow answer.
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(500);
    private const int Capacity = 100_000;

    private readonly LeaseCache<UserAccess> _users;
    private readonly LeaseCache<OrganisationRules> _organisations;
    private readonly ConcurrentDictionary<EntityKey, AccessView> _views = new();
    private readonly ConcurrentDictionary<Guid, OrganisationRules> _known = new();
    private readonly EntityGrains _grains;
    private readonly AccessSignal _signal;

    public AccessCache(EntityGrains grains, AccessSignal signal)
    {
        (_grains, _signal) = (grains, signal);
        _users = new LeaseCache<UserAccess>(ReadUserAsync, Lease);
        _organisations = new LeaseCache<OrganisationRules>(ReadOrganisationAsync, Lease);
        signal.Changed += Forget;
    }

    public AccessView? Find(EntityKey user) =>
        _users.Find(user) is { } access && _organisations.Find(EntityKey.Of(user.OrganisationId)) is { } rules ? ViewOf(user, access, rules) : null;

    public ValueTask<AccessView> GetAsync(EntityKey user) => Find(user) is { } view ? new(view) : new(ReadAsync(user));

    public ValueTask<OrganisationRules> GetOrganisationAsync(Guid id) => _organisations.GetAsync(EntityKey.Of(id));

    /// <summary>For a change that this process asked for: the entity may live in another one. A user, or <see cref="EntityKey.Of"/> an organisation.</summary>
    public void Forget(EntityKey key)
    {
        _users.Forget(key);
        _organisations.Forget(key);
    }

    public void Dispose() => _signal.Changed -= Forget;

    private async Task<AccessView> ReadAsync(EntityKey user)
    {
        var access = _users.GetAsync(user);
        var rules = await _organisations.GetAsync(EntityKey.Of(user.OrganisationId));
        return ViewOf(user, await access, rules);
    }

    // The permissions are worked out once for what was read, not for each request.
    private AccessView ViewOf(EntityKey user, UserAccess access, OrganisationRules rules)
    {
        if (_views.TryGetValue(user, out var known) && ReferenceEquals(known.User, access) && ReferenceEquals(known.Rules, rules))
        {
            return known;
        }

        if (_views.Count >= Capacity)
        {
            _views.Clear();
        }

        return _views[user] = new AccessView(user, access, rules);
    }

    private async Task<UserAccess> ReadUserAsync(EntityKey key)
    {
        Caller.Set(key.OrganisationId);
        var access = await GrainCalls.CallAsync(_grains.User(key.OrganisationId, key.Id), static grain => grain.GetAccessAsync());
        return access.IsSuccess ? access.Value
            : access.Error.Kind == ErrorKind.NotFound ? Nobody
            : throw new ProblemException(Problems.From(access.Error));
    }

    // Roles and tree are asked for by version: mostly they are unchanged and nothing is sent.
    private async Task<OrganisationRules> ReadOrganisationAsync(EntityKey key)
    {
        var id = key.OrganisationId;
        Caller.Set(id);
        var known = _known.GetValueOrDefault(id);
        var organisation = GrainCalls.CallAsync(_grains.Organisation(id), static grain => grain.GetAsync());
        var roles = GrainCalls.CallAsync(_grains.Access(id), grain => grain.GetAsync(known?.Roles.Version));
        var tree = GrainCalls.CallAsync(_grains.Dealers(id), grain => grain.GetTreeAsync(known?.Dealers.Version));
        var view = Known(await organisation);
        var rules = new OrganisationRules(view, RolesOf(Known(await roles), known), TreeOf(Known(await tree), known));
        if (known is not null && known.Organisation.Version == view.Version && ReferenceEquals(known.Roles, rules.Roles) && ReferenceEquals(known.Dealers, rules.Dealers))
        {
            return known;
        }

        if (_known.Count >= Capacity)
        {
            _known.Clear();
        }

        return _known[id] = rules;
    }

    private static RoleBook RolesOf(OrganisationAccess access, OrganisationRules? known) =>
        access.CustomRoles is null && known is not null ? known.Roles : RoleBook.Of(access);

    private static DealerTree TreeOf(DealerTreeView tree, OrganisationRules? known) =>
        tree.Nodes is null && known is not null ? known.Dealers : DealerTree.Of(tree);

    private static T Known<T>(Result<T> result) => result.IsSuccess ? result.Value : throw new ProblemException(Problems.From(result.Error));

    private static readonly UserAccess Nobody = new(UserStatus.Disabled, UserTier.SubUser, [], 0, [], false, null, 0);
}
