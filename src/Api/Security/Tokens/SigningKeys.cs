using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Identity;

namespace Platform.Api.Security.Tokens;

/// <summary>
/// One P-256 key with its public coordinates as a JSON Web Key has them, and from when on it signs; null while it is only published.
/// </summary>
public sealed record SigningKey(string Kid, ECDsa Key, string X, string Y, DateTimeOffset? ActiveFrom);

/// <summary>
/// The keys that sign and verify access tokens, read from the store at the start and again and again; which one signs is the
/// matter of <see cref="SigningKeySchedule"/>. An unknown key id makes them read again, at most every half minute, so that a key that
/// another process created is found.
/// </summary>
[Singleton]
public sealed class SigningKeys(SigningKeyTable table, IOptions<TokenOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile Loaded _loaded = new([]);
    private long _loadedAt;

    public void Dispose() => _loading.Dispose();

    public SigningKey Current => _loaded.Signing(time.GetUtcNow())
        ?? throw new InvalidOperationException("The signing keys are not loaded yet.");

    /// <summary>By when they sign: the latest first, then those that are only published.</summary>
    public IReadOnlyCollection<SigningKey> All => _loaded.NewestFirst;

    /// <summary>Reads the keys, and does what is due: makes them, calls the next one, drops the old one.</summary>
    public Task LoadAsync(CancellationToken cancellationToken) => LoadAsync(rotate: false, cancellationToken);

    /// <summary>Calls the next key before its time. It signs from the instant that its <see cref="SigningKey.ActiveFrom"/> says.</summary>
    public Task RotateAsync(CancellationToken cancellationToken) => LoadAsync(rotate: true, cancellationToken);

    /// <summary>The key of this id; null where there is none.</summary>
    public ValueTask<SigningKey?> FindAsync(string kid) =>
        _loaded.ByKid.TryGetValue(kid, out var key) ? new(key)
        : time.GetElapsedTime(Volatile.Read(ref _loadedAt)) < ReloadInterval ? new((SigningKey?)null)
        : ReloadAsync(kid);

    /// <summary>Holds these from now on, as they were read from the store.</summary>
    public void Take(IReadOnlyList<SigningKeyRow> rows)
    {
        var known = _loaded.ByKid;
        _loaded = new Loaded([.. rows
            .Select(row => known.TryGetValue(row.Kid, out var key) ? key with { ActiveFrom = row.ActiveFrom } : Read(row))
            .OrderByDescending(key => key.ActiveFrom ?? DateTimeOffset.MinValue)]);
        Volatile.Write(ref _loadedAt, time.GetTimestamp());
    }

    private async ValueTask<SigningKey?> ReloadAsync(string kid)
    {
        await _loading.WaitAsync();
        try
        {
            if (time.GetElapsedTime(_loadedAt) >= ReloadInterval)
            {
                Take(await table.ListAsync(CancellationToken.None));
            }

            return _loaded.ByKid.GetValueOrDefault(kid);
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task LoadAsync(bool rotate, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            var schedule = SigningKeySchedule.Of(options.Value);
            var rows = await table.ListAsync(cancellationToken);
            while (rotate || rows.Any(row => row.WasClear) || schedule.Decide(rows, time.GetUtcNow(), rotate).Count > 0)
            {
                // Decided again under the lock of the table: another process may have done it.
                rows = await table.ChangeAsync(standing => Change(schedule, standing, ref rotate), cancellationToken);
            }

            Take(rows);
        }
        finally
        {
            _loading.Release();
        }
    }

    private SigningKeyChanges Change(SigningKeySchedule schedule, IReadOnlyList<SigningKeyRow> standing, ref bool rotate)
    {
        // What stood in clear is in backups in clear: it is sealed now, and signs no longer than it must.
        rotate |= standing.Any(row => row.WasClear);
        var now = time.GetUtcNow();
        var steps = schedule.Decide(standing, now, rotate);

        // Done when the next one is called, and when one has been called already and waits for its time.
        rotate &= !steps.Any(step => step is SigningKeyStep.Activate) && !standing.Any(row => row.ActiveFrom > now);
        return new SigningKeyChanges(
            [.. steps.OfType<SigningKeyStep.Add>().Select(add => Create(add.ActiveFrom))],
            steps.OfType<SigningKeyStep.Activate>().ToDictionary(step => step.Kid, step => step.From),
            [.. steps.OfType<SigningKeyStep.Drop>().Select(drop => drop.Kid)]);
    }

    private static SigningKey Read(SigningKeyRow row)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(row.PrivateKey, out _);
        CryptographicOperations.ZeroMemory(row.PrivateKey);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new SigningKey(row.Kid, key, Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y), row.ActiveFrom);
    }

    private SigningKeyRow Create(DateTimeOffset? activeFrom)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SigningKeyRow(
            Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 16)), key.ExportPkcs8PrivateKey(), time.GetUtcNow(), activeFrom);
    }

    private sealed record Loaded(IReadOnlyList<SigningKey> NewestFirst)
    {
        public FrozenDictionary<string, SigningKey> ByKid { get; } = NewestFirst.ToFrozenDictionary(key => key.Kid, StringComparer.Ordinal);

        // By a clock that is behind, the first key may begin in the future: it signs all the same.
        public SigningKey? Signing(DateTimeOffset now) =>
            NewestFirst.FirstOrDefault(key => key.ActiveFrom <= now) ?? NewestFirst.LastOrDefault(key => key.ActiveFrom is not null);
    }
}
