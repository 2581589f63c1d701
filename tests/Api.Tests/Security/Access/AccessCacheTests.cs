using Platform.Access;
using Platform.Api.Security.Access;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Grains.Dealers;
using Platform.Identity;
using Platform.Organisations;
using Platform.ServiceAccounts;

namespace Platform.Api.Tests.Security.Access;

/// <summary>When cached access is reused and when it is computed again. Leases are zero here.</summary>
public sealed class AccessCacheTests : IDisposable
{
    private static readonly EntityKey User =
        new(new Guid("0192f0aa-0000-7000-8000-000000000001"), new Guid("0192f0aa-0000-7000-8000-000000000002"));
    private readonly Source _source = new();
    private readonly AccessCache _cache;

    public AccessCacheTests() => _cache = new AccessCache(_source, new AccessSignal(), TimeSpan.Zero);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task An_unchanged_answer_is_not_computed_again()
    {
        var first = await _cache.GetAsync(User);
        Assert.Same(first, await _cache.GetAsync(User));
        Assert.Equal(2, _source.UserReads);
    }

    [Theory]
    [InlineData("viewer", true, UserStatus.Active)]
    [InlineData("manager", false, UserStatus.Active)]
    [InlineData("manager", true, UserStatus.Disabled)]
    public async Task A_changed_answer_is_computed_again(string role, bool session, UserStatus status)
    {
        var first = await _cache.GetAsync(User);
        (_source.Role, _source.HasSession, _source.Status) = (role, session, status);
        var second = await _cache.GetAsync(User);
        Assert.NotSame(first, second);
        Assert.Equal(role, Assert.Single(second.User.Grants).Role);
        Assert.Equal(session ? 1 : 0, second.User.Sessions.Count);
        Assert.Equal(status, second.User.Status);
    }

    [Fact]
    public async Task A_change_of_the_organisation_is_computed_again()
    {
        var first = await _cache.GetAsync(User);
        _source.RequireMfa = true;
        Assert.False(first.MustSetUpMfa);
        Assert.True((await _cache.GetAsync(User)).MustSetUpMfa);
    }

    /// <summary>Returns new objects each time, as deserialisation does.</summary>
    private sealed class Source : IAccessSource
    {
        private static readonly AccessBook Book = new(RoleBook.BuiltIn, DealerTree.Of(new DealerTreeView(0, [])));

        public string Role { get; set; } = "manager";

        public bool HasSession { get; set; } = true;

        public UserStatus Status { get; set; } = UserStatus.Active;

        public bool RequireMfa { get; set; }

        public int UserReads { get; private set; }

        public Task<UserAccess> ReadUserAsync(EntityKey key)
        {
            UserReads++;
            return Task.FromResult(new UserAccess(
                Status, UserTier.SubUser, [new Grant(Role)], 1, HasSession ? [new LiveSession(key.Id, DateTimeOffset.MaxValue)] : [], false,
                null, 1));
        }

        public Task<ServiceAccountAccess> ReadAccountAsync(EntityKey key) => throw new NotSupportedException();

        public Task<OrganisationRules> ReadOrganisationAsync(EntityKey key) => Task.FromResult(new OrganisationRules(
            new OrganisationView(
                key.OrganisationId, "One", OrganisationKind.Enterprise, "USD", "UTC", "en-US", OrganisationStatus.Active,
                DateTimeOffset.UnixEpoch, 1, RequireMfa),
            Book));
    }
}
