using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Zxcvbn.Matcher;

namespace Platform.Api.Identity.Passwords;

/// <summary>What a password came to: wrong, right, or right with a hash that costs too little today.</summary>
public enum Verified
{
    No,
    Yes,
    YesButRehash,
}

/// <summary>
/// Hashes and verifies passwords (PBKDF2 with HMAC-SHA512, 210,000 rounds). They do so on threads
/// that give way to all others, and few may wait: a flood of sign-ins starves nothing else, and is answered 503. A password is hashed in
/// NFC (NIST SP 800-63B, 3.1.1.2; RFC 8265, 4.2): not NFKC, which would let different characters pass for one another.
/// </summary>
[Singleton]
public sealed class PasswordHasher : IDisposable
{
    public const int MinLength = 8;
    public const int MaxLength = 128;

    // No 128 code points in NFC take more than this, however they were typed.
    private const int MaxTyped = 1024;
    private const int MaxWaiting = 32;

    // The list has no longer ones, and looking up much longer texts is slow.
    private const int MaxCommonLength = 40;
    private static readonly DictionaryMatcher Common = new("passwords", "passwords.lst");
    private readonly PasswordHasher<object> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));
    private readonly SemaphoreSlim _gate = new(HashingThreads.Count);
    private readonly HashingThreads _threads = new();
    private readonly string _nobodys;
    private int _waiting;

    public PasswordHasher() => _nobodys = _hasher.HashPassword(this, "no user has this password");

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        GatedAsync(() => _hasher.HashPassword(this, Normalised(password)), cancellationToken);

    /// <summary>Whether the password is the hashed one. Without a hash it is not, at the same cost.</summary>
    public async Task<Verified> VerifyAsync(string? hash, string password, CancellationToken cancellationToken)
    {
        // A password that no one can have costs what a wrong one costs.
        var raw = password.Length <= MaxTyped ? password : "";
        var tried = Normalised(raw) is var normalised && CountOf(normalised) <= MaxLength ? normalised : "";
        var verified = await GatedAsync(() => Verify(string.IsNullOrEmpty(hash) ? _nobodys : hash, tried, raw), cancellationToken);
        return string.IsNullOrEmpty(hash) ? Verified.No : verified switch
        {
            PasswordVerificationResult.Success => Verified.Yes,
            PasswordVerificationResult.SuccessRehashNeeded => Verified.YesButRehash,
            _ => Verified.No,
        };
    }

    // An earlier build may have hashed it as it was typed. That a wrong one is then tried twice follows from what was typed alone, whoever's
    // it is and whether there is such a user or not: the time tells nothing about the account.
    private PasswordVerificationResult Verify(string hash, string normalised, string raw)
    {
        var verified = _hasher.VerifyHashedPassword(this, hash, normalised);
        return verified != PasswordVerificationResult.Failed || raw == normalised ? verified
            : _hasher.VerifyHashedPassword(this, hash, raw) == PasswordVerificationResult.Failed ? PasswordVerificationResult.Failed
            : PasswordVerificationResult.SuccessRehashNeeded;
    }

    /// <summary>Why nobody should have this password; null where it will do. There are no rules of composition (NIST SP 800-63B 3.1.1.2).</summary>
    public static Error? Check(string password) =>
        password.Length > MaxTyped || !Text.IsWellFormed(password) || CountOf(Normalised(password)) is < MinLength or > MaxLength
            ? IdentityErrors.InvalidPassword
        : IsCommon(Normalised(password)) ? IdentityErrors.CommonPassword
        : null;

    private static string Normalised(string password) => Text.IsWellFormed(password) ? password.Normalize(NormalizationForm.FormC) : password;

    // In code points, as NIST counts.
    private static int CountOf(string password) => password.EnumerateRunes().Count();

    // The list is that of zxcvbn: passwords that were found in breaches, compared without regard to case.
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
            throw new ProblemException(new Problem(503, "sign-in-overloaded", "Too many sign-ins are waiting; try again shortly.") { RetryAfter = 1 });
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
