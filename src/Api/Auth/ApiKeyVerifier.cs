using Platform.Api.Access;

namespace Platform.Api.Auth;

/// <summary>
/// Verifies keys of service accounts. Whatever is wrong, the answer is the same: a made-up account, one of another organisation,
/// a wrong secret, a key that is revoked or has expired.
/// </summary>
public sealed class ApiKeyVerifier(AccessCache access, TimeProvider time)
{
    public async ValueTask<ApiKey?> VerifyAsync(string text) =>
        ApiKey.Parse(text) is { } key && (await access.GetServiceAccountAsync(key.Account)).Verifies(key, time.GetUtcNow()) ? key : null;
}
