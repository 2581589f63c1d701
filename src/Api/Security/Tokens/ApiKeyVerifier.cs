using Platform.Api.Security.Access;
using Platform.Grains.Engine.Registration;
using Platform.ServiceAccounts;

namespace Platform.Api.Security.Tokens;

/// <summary>
/// Verifies keys of service accounts. Whatever is wrong, the answer is the same: a made-up account, one of another organisation,
/// a wrong secret, a key that is revoked or has expired.
/// </summary>
[Singleton]
public sealed class ApiKeyVerifier(AccessCache access, TimeProvider time)
{
    public async ValueTask<ApiKey?> VerifyAsync(string text) => ApiKey.Parse(text) is { } key && await IsInForceAsync(key) ? key : null;

    /// <summary>Whether this is a key of an account that is not disabled, with its secret, and alive.</summary>
    public async ValueTask<bool> IsInForceAsync(ApiKey key)
    {
        var account = await access.GetServiceAccountAsync(key.Account);
        return account.Status == ServiceAccountStatus.Active &&
            account.Keys.Any(live => live.Id == key.Id && live.SecretHash.Matches(key.Hash) && live.ExpiresAt > time.GetUtcNow());
    }
}
