using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Zxcvbn.Matcher;

namespace Platform.Api.Identity.Passwords;

/// <summary>The result of verifying a password: wrong, right, or right but with a hash that must be renewed.</summary>
public enum Verified
{
    No,
    Yes,
    YesButRehash,
}

/// <summary>
/// Hashes and verifies passwords (PBKDF2 with HMAC-SHA512, 210,000 rounds). It uses low-priority threads and a short queue, so that a
/// flood of sign-ins slows nothing else and gets 503. Passwords are hashed in NFC (NIST SP 800-63B, 3.1.1.2; RFC 8265, 4.2), not NFKC,
/// which would make different characters equal.
/// </summary>
[Singleton]
public sealed class PasswordHasher : IDisposable
{
    public const int MinLength = 8;
    public const int MaxLength = 128;

    // 128 code points in NFC never take more than this, in whatever form they are typed.
    private const int MaxTyped = 1024;
    private const int MaxWaiting = 32;

    // The list has no longer passwords, and looking up much longer text is slow.
    private const int MaxCommonLength = 40;
    private static readonly DictionaryMatcher Common = new("passwords", "passwords.lst");
    private readonly PasswordHasher<object> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));
    private readonly SemaphoreSlim _gate = new(HashingThreads.Count);
    private readonly HashingThreads _threads = new();
    private readonly string _dummyHash;
    private int _waiting;

    public PasswordHasher() => _dummyHash = _hasher.HashPassword(this, "no user has this password");

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        GatedAsync(() => _hasher.HashPassword(this, Normalised(password)), cancellationToken);

    /// <summary>Verifies a password against its hash. Without a hash it fails, after the same work.</summary>
    public async Task<Verified> VerifyAsync(string? hash, string password, CancellationToken cancellationToken)
    {
        // An impossible password takes as long as a wrong one.
        var raw = password.Length <= MaxTyped ? password : "";
        var tried = Normalised(raw) is var normalised && CountOf(normalised) <= MaxLength ? normalised : "";
        var verified = await GatedAsync(() => Verify(string.IsNullOrEmpty(hash) ? _dummyHash : hash, tried, raw), cancellationToken);
        return string.IsNullOrEmpty(hash) ? Verified.No : verified switch
        {
            PasswordVerificationResult.Success => Verified.Yes,
            PasswordVerificationResult.SuccessRehashNeeded => Verified.YesButRehash,
            _ => Verified.No,
        };
    }

    // An earlier build may have hashed the password as typed. Whether a second attempt is made depends only on what was typed, not on the
    // account, so the timing reveals nothing about it.
    private PasswordVerificationResult Verify(string hash, string normalised, string raw)
    {
        var verified = _hasher.VerifyHashedPassword(this, hash, normalised);
        return verified != PasswordVerificationResult.Failed || raw == normalised ? verified
            : _hasher.VerifyHashedPassword(this, hash, raw) == PasswordVerificationResult.Failed ? PasswordVerificationResult.Failed
            : PasswordVerificationResult.SuccessRehashNeeded;
    }

    /// <summary>Returns why this password is not allowed, or null. There are no composition rules (NIST SP 800-63B 3.1.1.2).</summary>
    public static Error? Check(string password) =>
        password.Length > MaxTyped || !Text.IsWellFormed(password) || CountOf(Normalised(password)) is < MinLength or > MaxLength
            ? IdentityErrors.InvalidPassword
        : IsCommon(Normalised(password)) ? IdentityErrors.CommonPassword
        : null;

    private static string Normalised(string password) =>
        Text.IsWellFormed(password) ? password.Normalize(NormalizationForm.FormC) : password;

    // NIST counts code points.
    private static int CountOf(string password) => password.EnumerateRunes().Count();

    // The list comes from zxcvbn: passwords found in breaches, compared ignoring case.
    private static bool IsCommon(string password) =>
        password.Length <= MaxCommonLength && Common.MatchPassword(password).Any(match => match.i == 0 && match.j == password.Length - 1);

    public void Dispose()
    {
        _gate.Dispose();
        _threads.Dispose();
    }

    private async Task<T> GatedAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new ProblemException(
                new Problem(503, "sign-in-overloaded", "Too many sign-ins are waiting; retry shortly.") { RetryAfter = 1 });
        }

        try
        {
            await _gate.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await _threads.RunAsync(work);
        }
        finally
        {
            _gate.Release();
        }
    }
}
