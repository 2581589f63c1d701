namespace Platform.Api.Tests.Fixtures;

/// <summary>
/// Shared callers for theories that only read or are refused: registering one for each of a thousand cases takes minutes, because passwords
/// are hashed. They are renewed regularly for routes that require a recent sign-in.
/// </summary>
public sealed class SharedCallers(ApiFixture api)
{
    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(2);
    private readonly Dictionary<string, (Account Account, long Since)> _known = [];

    public Task<Account> OwnerAsync() => RecentAsync("owner", () => api.RegisterAsync());

    public Task<Account> SuperAdminAsync() => RecentAsync("super admin", api.SuperAdminAsync);

    private async Task<Account> RecentAsync(string who, Func<Task<Account>> signInAsync)
    {
        if (!_known.TryGetValue(who, out var known) || TimeProvider.System.GetElapsedTime(known.Since) > Recently)
        {
            known = _known[who] = (await signInAsync(), TimeProvider.System.GetTimestamp());
        }

        return known.Account;
    }
}
