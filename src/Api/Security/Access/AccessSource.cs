using Platform.Api.Http;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Organisations;
using Platform.ServiceAccounts;

namespace Platform.Api.Security.Access;

/// <summary>Reads what <see cref="AccessCache"/> caches.</summary>
public interface IAccessSource
{
    Task<UserAccess> ReadUserAsync(EntityKey key);

    Task<ServiceAccountAccess> ReadAccountAsync(EntityKey key);

    Task<OrganisationRules> ReadOrganisationAsync(EntityKey key);
}

/// <summary>Reads access from the entities. A missing user or account counts as disabled; throws if an entity does not answer.</summary>
[Singleton(typeof(IAccessSource))]
public sealed class AccessSource(EntityGrains grains, AccessBooks books, WarmUpCaller warmUp) : IAccessSource
{
    public async Task<UserAccess> ReadUserAsync(EntityKey key)
    {
        if (warmUp.AccessOf(key) is { } warm)
        {
            return warm;
        }

        Caller.Set(key.OrganisationId);
        var access = await grains.Of<IUserGrain>(key).AskAsync(static grain => grain.GetAccessAsync());
        return access.IsSuccess ? access.Value
            : access.Error.Kind == ErrorKind.NotFound ? NoUser
            : throw new ProblemException(Problems.From(access.Error));
    }

    public async Task<ServiceAccountAccess> ReadAccountAsync(EntityKey key)
    {
        Caller.Set(key.OrganisationId);
        var access = await grains.Of<IServiceAccountGrain>(key).AskAsync(static grain => grain.GetAccessAsync());
        return access.IsSuccess ? access.Value
            : access.Error.Kind == ErrorKind.NotFound ? NoAccount
            : throw new ProblemException(Problems.From(access.Error));
    }

    public async Task<OrganisationRules> ReadOrganisationAsync(EntityKey key)
    {
        Caller.Set(key.OrganisationId);
        var reading = books.ReadAsync(key.OrganisationId);
        var organisation = await grains.Of<IOrganisationGrain>(EntityKey.Of(key.OrganisationId))
            .AskAsync(static grain => grain.GetAsync());
        var book = await reading;
        return organisation.IsSuccess
            ? new OrganisationRules(organisation.Value, book)
            : throw new ProblemException(Problems.From(organisation.Error));
    }

    private static readonly ServiceAccountAccess NoAccount = new(ServiceAccountStatus.Disabled, [], []);

    private static readonly UserAccess NoUser = new(UserStatus.Disabled, UserTier.SubUser, [], 0, [], false, null, 0);
}
