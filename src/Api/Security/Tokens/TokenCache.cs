using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Security.Tokens;

/// <summary>
/// Caches verified tokens by their SHA-256 until they expire, because verifying an ES256 signature costs more than the rest of a
/// request. If the cache is full, expired tokens are dropped, then all.
/// </summary>
[Singleton]
public sealed class TokenCache(TimeProvider time)
{
    public const int Capacity = 100_000;
    private readonly ConcurrentDictionary<Digest, Entry> _entries = new();

    public AuthenticateResult? Find(ReadOnlySpan<char> token)
    {
        var digest = Digest.Of(token);
        if (!_entries.TryGetValue(digest, out var entry))
        {
            return null;
        }

        if (entry.ExpiresAt > time.GetUtcNow())
        {
            return entry.Result;
        }

        _entries.TryRemove(digest, out _);
        return null;
    }

    public void Add(ReadOnlySpan<char> token, AuthenticateResult result, DateTimeOffset expiresAt)
    {
        if (_entries.Count >= Capacity)
        {
            Shrink();
        }

        _entries[Digest.Of(token)] = new Entry(result, expiresAt);
    }

    private void Shrink()
    {
        var now = time.GetUtcNow();
        foreach (var (digest, entry) in _entries)
        {
            if (entry.ExpiresAt <= now)
            {
                _entries.TryRemove(digest, out _);
            }
        }

        if (_entries.Count >= Capacity)
        {
            _entries.Clear();
        }
    }

    private sealed record Entry(AuthenticateResult Result, DateTimeOffset ExpiresAt);

    private readonly record struct Digest(UInt128 High, UInt128 Low)
    {
        public static Digest Of(ReadOnlySpan<char> token)
        {
            Span<byte> text = stackalloc byte[TokenVerifier.MaxLength];
            Span<UInt128> hash = stackalloc UInt128[2];
            var length = Encoding.ASCII.GetBytes(token[..Math.Min(token.Length, TokenVerifier.MaxLength)], text);
            SHA256.HashData(text[..length], MemoryMarshal.AsBytes(hash));
            return new Digest(hash[0], hash[1]);
        }

        public override int GetHashCode() => unchecked((int)(ulong)High);
    }
}
