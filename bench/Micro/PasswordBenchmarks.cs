using BenchmarkDotNet.Attributes;
using Platform.Api.Identity.Passwords;

namespace Platform.Micro;

/// <summary>The cost of verifying one password while nobody else signs in. It limits the sign-ins per second.</summary>
public class PasswordBenchmarks : IDisposable
{
    private readonly PasswordHasher _passwords = new();
    private string _hash = null!;

    [GlobalSetup]
    public async Task SetupAsync() => _hash = await _passwords.HashAsync("bench-3fd9c1a7e5", CancellationToken.None);

    [GlobalCleanup]
    public void Dispose()
    {
        _passwords.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = "Password verified")]
    public Task<Verified> Verify() => _passwords.VerifyAsync(_hash, "bench-3fd9c1a7e5", CancellationToken.None);
}
