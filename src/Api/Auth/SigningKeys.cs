using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Platform.Storage.Identity;

namespace Platform.Api.Auth;

/// <summary>One P-256 key with its public coordinates as a JSON Web Key has them.</summary>
public sealed record SigningKey(string Kid, ECDsa Key, string X, string Y);

/// <summary>
/// The keys that sign and verify access tokens, read from the store at the start; the newest one signs. An unknown key id
/// makes them read again, at most every half minute, so that a key that another process created is found.
/// </summary>
public sealed class SigningKeys(SigningKeyTable table, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _loading = new(1, 1);
    private FrozenDictionary<string, SigningKey> _keys = FrozenDictionary<string, SigningKey>.Empty;
    private SigningKey? _current;
    private long _loadedAt;

    public void Dispose() => _loading.Dispose();

    public SigningKey Current => _current ?? throw new InvalidOperationException("The signing keys are not loaded yet.");

    public IReadOnlyCollection<SigningKey> All => _keys.Values;

    public async Task LoadAsync(CancellationToken cancellationToken) =>
        Take(await table.EnsureAsync(Create, cancellationToken));

    /// <summary>The key of this id; null where there is none.</summary>
    public ValueTask<SigningKey?> FindAsync(string kid) =>
        _keys.TryGetValue(kid, out var key) ? new(key)
        : time.GetElapsedTime(Volatile.Read(ref _loadedAt)) < ReloadInterval ? new((SigningKey?)null)
        : ReloadAsync(kid);

    private async ValueTask<SigningKey?> ReloadAsync(string kid)
    {
        await _loading.WaitAsync();
        try
        {
            if (time.GetElapsedTime(_loadedAt) >= ReloadInterval)
            {
                Take(await table.ListAsync(CancellationToken.None));
            }

            return _keys.GetValueOrDefault(kid);
        }
        finally
        {
            _loading.Release();
        }
    }

    private void Take(IReadOnlyList<SigningKeyRow> rows)
    {
        var known = _keys;
        _keys = rows.Select(row => known.GetValueOrDefault(row.Kid) ?? Read(row)).ToFrozenDictionary(key => key.Kid, StringComparer.Ordinal);
        _current = rows.Count > 0 ? _keys[rows[0].Kid] : null;
        Volatile.Write(ref _loadedAt, time.GetTimestamp());
    }

    private static SigningKey Read(SigningKeyRow row)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(row.PrivateKey, out _);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new SigningKey(row.Kid, key, Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
    }

    private SigningKeyRow Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SigningKeyRow(
            Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 16)), key.ExportPkcs8PrivateKey(), time.GetUtcNow());
    }
}
