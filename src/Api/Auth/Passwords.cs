using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Platform.Api.Common;

namespace Platform.Api.Auth;

/// <summary>
/// Hashes and verifies passwords (PBKDF2 with HMAC-SHA512, 210,000 rounds). Only half of the cores do so at once and few
/// may wait, so that a flood of sign-ins cannot starve everything else: it is answered 503.
/// </summary>
public sealed class Passwords : IDisposable
{
    private const int MaxWaiting = 32;
    private readonly PasswordHasher<object> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));
    private readonly SemaphoreSlim _gate = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly string _nobodys;
    private int _waiting;

    public Passwords() => _nobodys = _hasher.HashPassword(this, "no user has this password");

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        GatedAsync(() => _hasher.HashPassword(this, password), cancellationToken);

    /// <summary>Whether the password is the hashed one. Without a hash it is not, at the same cost.</summary>
    public async Task<bool> VerifyAsync(string? hash, string password, CancellationToken cancellationToken)
    {
        var verified = await GatedAsync(() => _hasher.VerifyHashedPassword(this, hash ?? _nobodys, password), cancellationToken);
        return hash is not null && verified != PasswordVerificationResult.Failed;
    }

    public void Dispose() => _gate.Dispose();

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
            return await Task.Run(work, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }
}
