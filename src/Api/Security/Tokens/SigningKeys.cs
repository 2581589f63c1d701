using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Identity;

namespace Platform.Api.Security.Tokens;

/// <summary>
/// A P-256 key with its public coordinates as in a JSON Web Key. ActiveFrom is when it starts to sign; null while it is only published.
/// </summary>
public sealed record SigningKey(string Kid, ECDsa Key, string X, string Y, DateTimeOffset? ActiveFrom);

/// <summary>
/// The keys that sign and verify access tokens, loaded from the database at the start and periodically. <see cref="SigningKeySchedule"/>
/// decides which one signs. An unknown key id triggers a reload, at most every 30 seconds, to find keys that another process created.
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

    /// <summary>All keys, by activation time, newest first, then those that are only published.</summary>
    public IReadOnlyCollection<SigningKey> All => _loaded.NewestFirst;

    /// <summary>Loads the keys and makes the changes that are due: adds, activates or removes keys.</summary>
    public Task LoadAsync(CancellationToken cancellationToken) => LoadAsync(rotate: false, cancellationToken);

    /// <summary>Activates the next key early. It signs from its <see cref="SigningKey.ActiveFrom"/>.</summary>
    public Task RotateAsync(CancellationToken cancellationToken) => LoadAsync(rotate: true, cancellationToken);

    /// <summary>Finds a key by its id; returns null if there is none.</summary>
    public ValueTask<SigningKey?> FindAsync(string kid) =>
        _loaded.ByKid.TryGetValue(kid, out var key) ? new(key)
        : time.GetElapsedTime(Volatile.Read(ref _loadedAt)) < ReloadInterval ? new((SigningKey?)null)
        : ReloadAsync(kid);

    /// <summary>Replaces the loaded keys by these rows.</summary>
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
                // Decide again under the table lock, because another process may have made the change.
                rows = await table.ChangeAsync(stored => Change(schedule, stored, ref rotate), cancellationToken);
            }

            Take(rows);
        }
        finally
        {
            _loading.Release();
        }
    }

    private SigningKeyChanges Change(SigningKeySchedule schedule, IReadOnlyList<SigningKeyRow> stored, ref bool rotate)
    {
        // A key once stored unencrypted is in backups unencrypted: encrypt it now and rotate it as soon as possible.
        rotate |= stored.Any(row => row.WasClear);
        var now = time.GetUtcNow();
        var steps = schedule.Decide(stored, now, rotate);

        // Done if a key is being activated now, or one is already waiting for its time.
        rotate &= !steps.Any(step => step is SigningKeyStep.Activate) && !stored.Any(row => row.ActiveFrom > now);
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
            Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 16)), key.ExportPkcs8PrivateKey(),
            time.GetUtcNow(), activeFrom);
    }

    private sealed record Loaded(IReadOnlyList<SigningKey> NewestFirst)
    {
        public FrozenDictionary<string, SigningKey> ByKid { get; } = NewestFirst.ToFrozenDictionary(key => key.Kid, StringComparer.Ordinal);

        // If this clock is behind, the first key may start in the future: use it anyway.
        public SigningKey? Signing(DateTimeOffset now) =>
            NewestFirst.FirstOrDefault(key => key.ActiveFrom <= now) ?? NewestFirst.LastOrDefault(key => key.ActiveFrom is not null);
    }
}
