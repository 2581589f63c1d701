namespace Platform.Api.Tests.Fixtures;

/// <summary>
/// Callers for theories whose requests are refused or read: to register one for each of a thousand cases takes minutes, as a password is
/// hashed for it. New ones now and then, for what asks that somebody signed in a moment ago.
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
