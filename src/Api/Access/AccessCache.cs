using Platform.Api.Auth;
using Platform.Api.Common;
using Platform.Grains.Access;
using Platform.Identity;
using Platform.ServiceAccounts;

namespace Platform.Api.Access;

/// <summary>
/// What users and service accounts may do, asked of their entities at most twice a second each. A change in this process is seen by the next request;
/// a change elsewhere within the lease. Where the entity does not answer, nobody is admitted (ASVS 16.5.3).
/// </summary>
public sealed class AccessCache : IDisposable
{
    // Half of what is promised, so that the promise holds with a slow answer.
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(500);

    private readonly LeaseCache<AccessView> _users;
    private readonly LeaseCache<AccessView> _accounts; // Anybody can name one that does not exist: what they fill is not what users need.
    private readonly EntityGrains _grains;
    private readonly AccessSignal _signal;

    public AccessCache(EntityGrains grains, AccessSignal signal)
    {
        (_grains, _signal) = (grains, signal);
        _users = new LeaseCache<AccessView>(ReadAsync, Lease);
        _accounts = new LeaseCache<AccessView>(ReadAccountAsync, Lease);
        signal.Changed += Forget;
    }

    public AccessView? Find(SignedIn caller) => Of(caller).Find(caller.Key);

    public ValueTask<AccessView> GetAsync(SignedIn caller) => Of(caller).GetAsync(caller.Key);

    public ValueTask<AccessView> GetAsync(EntityKey user) => _users.GetAsync(user);

    public ValueTask<AccessView> GetServiceAccountAsync(EntityKey account) => _accounts.GetAsync(account);

    /// <summary>For a change that this process asked for: the entity may live in another one.</summary>
    public void Forget(EntityKey caller)
    {
        _users.Forget(caller);
        _accounts.Forget(caller);
    }

    public void Dispose() => _signal.Changed -= Forget;

    private LeaseCache<AccessView> Of(SignedIn caller) => caller.Kind == CallerKind.ServiceAccount ? _accounts : _users;

    private async Task<AccessView> ReadAsync(EntityKey key)
    {
        Caller.Set(key.OrganisationId);
        var access = await GrainCalls.CallAsync(_grains.User(key.OrganisationId, key.Id), static grain => grain.GetAccessAsync());
        return access.IsSuccess ? new AccessView(access.Value)
            : access.Error.Kind == ErrorKind.NotFound ? Nobody
            : throw new ProblemException(Problems.From(access.Error));
    }

    private async Task<AccessView> ReadAccountAsync(EntityKey key)
    {
        Caller.Set(key.OrganisationId);
        var access = await GrainCalls.CallAsync(_grains.ServiceAccount(key.OrganisationId, key.Id), static grain => grain.GetAccessAsync());
        return access.IsSuccess ? new AccessView(access.Value)
            : access.Error.Kind == ErrorKind.NotFound ? NoAccount
            : throw new ProblemException(Problems.From(access.Error));
    }

    private static readonly AccessView NoAccount = new(new ServiceAccountAccess(ServiceAccountStatus.Disabled, [], []));

    private static readonly AccessView Nobody = new(new UserAccess(UserStatus.Disabled, UserTier.SubUser, [], 0, [], false, null, 0));
}
