using System.Collections.Concurrent;
using System.Text.Json;
using Platform.Api.Common;

namespace Platform.Api.Auth.Oidc;

/// <summary>
/// Discovery documents and keys of the providers, kept for an hour. An unknown key id makes the keys read again, at most every
/// half minute, so that tokens with invented ids cannot make this ask without end. A provider that fails is left alone for a moment.
/// </summary>
public sealed class OidcDiscovery(OidcClient client, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, Cache> _caches = new(StringComparer.Ordinal);

    public async Task<OidcMetadata> GetMetadataAsync(OidcProvider provider, CancellationToken cancellationToken) =>
        (await GetAsync(provider, static _ => false, cancellationToken)).Metadata;

    /// <summary>The keys with this id and algorithm; without an id, the only one of the algorithm.</summary>
    public async Task<OidcKey?> FindKeyAsync(OidcProvider provider, string? kid, string algorithm, CancellationToken cancellationToken)
    {
        var known = await GetAsync(provider, known => Find(known.Keys, kid, algorithm) is null, cancellationToken);
        return Find(known.Keys, kid, algorithm);
    }

    private static OidcKey? Find(IReadOnlyList<OidcKey> keys, string? kid, string algorithm)
    {
        var found = keys.Where(key => key.Algorithm == algorithm && (kid is null || key.Kid == kid)).Take(2).ToList();
        return found.Count == 1 ? found[0] : null;
    }

    private async Task<Known> GetAsync(OidcProvider provider, Func<Known, bool> lacks, CancellationToken cancellationToken)
    {
        var cache = _caches.GetOrAdd(provider.Name, static _ => new Cache());
        if (cache.Known is { } fresh && time.GetElapsedTime(fresh.LoadedAt) < Lifetime && !(lacks(fresh) && IsReloadable(fresh)))
        {
            return fresh;
        }

        await cache.Loading.WaitAsync(cancellationToken);
        try
        {
            if (cache.Known is { } known && time.GetElapsedTime(known.LoadedAt) < Lifetime && !(lacks(known) && IsReloadable(known)))
            {
                return known;
            }

            if (cache.FailedAt is { } failed && time.GetElapsedTime(failed) < Rest)
            {
                return cache.Known ?? throw new ProblemException(OidcProblems.Unavailable);
            }

            return await LoadAsync(provider, cache, cancellationToken);
        }
        finally
        {
            cache.Loading.Release();
        }
    }

    private bool IsReloadable(Known known) => time.GetElapsedTime(known.KeysReadAt) >= ReloadInterval;

    private async Task<Known> LoadAsync(OidcProvider provider, Cache cache, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        try
        {
            var document = new Uri($"{provider.Authority.AbsoluteUri.TrimEnd('/')}/.well-known/openid-configuration");
            var metadata = cache.Known is { } known && time.GetElapsedTime(known.LoadedAt) < Lifetime
                ? known.Metadata
                : OidcMetadata.Read(await client.GetAsync(document, null, cancellationToken), provider) ?? throw new ProblemException(OidcProblems.Unavailable);
            var set = await client.GetAsync(metadata.JwksUri, null, cancellationToken);
            var keys = set.TryGetProperty("keys", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Select(OidcKey.Read).OfType<OidcKey>().ToList()
                : [];

            // Reading the keys again does not make the document younger.
            var loadedAt = cache.Known is { } before && ReferenceEquals(before.Metadata, metadata) ? before.LoadedAt : now;
            cache.FailedAt = null;
            return cache.Known = new Known(metadata, keys, loadedAt, now);
        }
        catch (ProblemException) when (cache.Known is not null)
        {
            // What was known goes on to hold while the provider does not answer.
            cache.FailedAt = now;
            return cache.Known;
        }
        catch (ProblemException)
        {
            cache.FailedAt = now;
            throw;
        }
    }

    private sealed record Known(OidcMetadata Metadata, IReadOnlyList<OidcKey> Keys, long LoadedAt, long KeysReadAt);

    private sealed class Cache
    {
        public SemaphoreSlim Loading { get; } = new(1, 1);

        public Known? Known { get; set; }

        public long? FailedAt { get; set; }
    }
}
