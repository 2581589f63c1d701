using Platform.Api.Security.Access;
using Platform.Grains.Engine.Registration;
using Platform.ServiceAccounts;

namespace Platform.Api.Security.Tokens;

/// <summary>
/// Verifies keys of service accounts. All failures give the same answer: an unknown account, one of another organisation, a wrong
/// secret, a revoked or expired key.
/// </summary>
[Singleton]
public sealed class ApiKeyVerifier(AccessCache access, TimeProvider time)
{
    public async ValueTask<ApiKey?> VerifyAsync(string text) => ApiKey.Parse(text) is { } key && await IsInForceAsync(key) ? key : null;

    /// <summary>Whether the account is active and has this key with this secret, not expired.</summary>
    public async ValueTask<bool> IsInForceAsync(ApiKey key)
    {
        var account = await access.GetServiceAccountAsync(key.Account);
        return account.Status == ServiceAccountStatus.Active &&
            account.Keys.Any(live => live.Id == key.Id && live.SecretHash.Matches(key.Hash) && live.ExpiresAt > time.GetUtcNow());
    }
}
