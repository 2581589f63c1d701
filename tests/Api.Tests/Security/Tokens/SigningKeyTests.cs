using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Npgsql;
using Platform.Api.Security.Tokens;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Secrets;
using Platform.Storage.Identity;
using Platform.Testing;

namespace Platform.Api.Tests.Security.Tokens;

/// <summary>The keys of several processes on one database, with a test clock.</summary>
public sealed class SigningKeyTests : IAsyncLifetime
{
    private static readonly TimeSpan Lead = SigningKeySchedule.Of(new TokenOptions()).Lead;
    private readonly PostgresFixture _postgres = new();
    private readonly ManualTime _time = new();
    private PlatformDatabase _database = null!;
    private SigningKeys _one = null!;
    private SigningKeys _other = null!;

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        _database = new PlatformDatabase(_postgres.Runtime);
        (_one, _other) = (NewKeys(), NewKeys());
    }

    public async Task DisposeAsync()
    {
        _one.Dispose();
        _other.Dispose();
        await _database.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task Processes_that_start_at_once_have_the_same_two_keys()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            using var keys = NewKeys();
            await keys.LoadAsync(default);
        }));
        await _one.LoadAsync(default);
        await _other.LoadAsync(default);
        Assert.Equal(2, _one.All.Count);
        Assert.Equal(_one.All.Select(key => key.Kid), _other.All.Select(key => key.Kid));
        Assert.Equal(_one.Current.Kid, _other.Current.Kid);
    }

    [Fact]
    public async Task All_processes_change_at_the_same_instant_to_a_key_that_each_has_loaded_before()
    {
        await _one.LoadAsync(default);
        await _other.LoadAsync(default);
        var (old, next) = (_one.Current.Kid, _one.All.Single(key => key.ActiveFrom is null).Kid);
        await _one.RotateAsync(default);
        Assert.Equal(old, _one.Current.Kid);
        Assert.NotNull(await _other.FindAsync(next));

        _time.Advance(TimeSpan.FromSeconds(30)); // A process reloads its keys.
        await _other.LoadAsync(default);
        Assert.Equal(old, _other.Current.Kid);
        _time.Advance(Lead - TimeSpan.FromSeconds(31));
        Assert.Equal((old, old), (_one.Current.Kid, _other.Current.Kid));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((next, next), (_one.Current.Kid, _other.Current.Kid));
        Assert.NotNull(await _one.FindAsync(old));
        Assert.Equal(3, _one.All.Count);
    }

    [Fact]
    public async Task The_old_key_leaves_every_process_after_its_last_token()
    {
        await _one.LoadAsync(default);
        var old = _one.Current.Kid;
        await _one.RotateAsync(default);
        _time.Advance(Lead + TokenOptions.Lifetime);
        await _one.LoadAsync(default);
        Assert.NotNull(await _one.FindAsync(old));
        _time.Advance(Lead + TimeSpan.FromSeconds(5));
        await _one.LoadAsync(default);
        await _other.LoadAsync(default);
        Assert.Null(await _one.FindAsync(old));
        Assert.Equal(2, _other.All.Count);
    }

    [Fact]
    public async Task Keys_rotate_on_their_own_after_their_age()
    {
        await _one.LoadAsync(default);
        var old = _one.Current.Kid;
        _time.Advance(new TokenOptions().KeyAge);
        await Task.WhenAll(_one.LoadAsync(default), _other.LoadAsync(default));
        _time.Advance(Lead);
        Assert.NotEqual(old, _one.Current.Kid);
        Assert.Equal(_one.Current.Kid, _other.Current.Kid);
        Assert.Equal(3, _one.All.Count);
    }

    [Fact]
    public async Task Many_that_rotate_at_once_rotate_once()
    {
        await _one.LoadAsync(default);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var keys = NewKeys();
            await keys.RotateAsync(default);
        }));
        await _one.LoadAsync(default);
        Assert.Equal(3, _one.All.Count);
    }

    [Fact]
    public async Task An_unknown_key_id_triggers_a_reload_at_most_every_30_seconds()
    {
        await _one.LoadAsync(default);
        await _other.LoadAsync(default);
        await _one.RotateAsync(default);
        var added = _one.All.Single(key => key.ActiveFrom is null).Kid;
        Assert.Null(await _other.FindAsync(added));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.NotNull(await _other.FindAsync(added));
        Assert.Null(await _other.FindAsync("unknown"));
    }

    [Fact]
    public async Task A_key_that_an_older_build_stored_unencrypted_is_encrypted_still_verifies_and_is_replaced_soon()
    {
        using var clear = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pkcs8 = clear.ExportPkcs8PrivateKey();
        await using (var insert = _database.Queries.CreateCommand(
            "INSERT INTO signing_key (kid, private_key, created_at, active_from) VALUES ('old', $1, $2, $2)"))
        {
            insert.Parameters.AddRange((NpgsqlParameter[])[new() { Value = pkcs8 }, new() { Value = _time.GetUtcNow().AddDays(-1) }]);
            await insert.ExecuteNonQueryAsync();
        }

        Assert.Equal(["public.signing_key"], await Leaks.FindAsync(_postgres.ConnectionString, pkcs8));
        await _one.LoadAsync(default);
        Assert.Equal([], await Leaks.FindAsync(_postgres.ConnectionString, pkcs8));
        Assert.Equal([], await Leaks.FindAsync(_postgres.ConnectionString, clear.ExportParameters(includePrivateParameters: true).D!));

        var kept = await _one.FindAsync("old");
        Assert.True(clear.VerifyData("x"u8, kept!.Key.SignData("x"u8, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256));
        Assert.Equal("old", _one.Current.Kid);
        _time.Advance(Lead);
        Assert.NotEqual("old", _one.Current.Kid);
    }

    [Fact]
    public async Task The_database_has_no_unencrypted_private_key_and_a_renamed_row_cannot_be_decrypted()
    {
        await _one.LoadAsync(default);
        foreach (var key in _one.All)
        {
            Assert.Equal([], await Leaks.FindAsync(_postgres.ConnectionString, key.Key.ExportPkcs8PrivateKey()));
            Assert.Equal([], await Leaks.FindAsync(
                _postgres.ConnectionString, key.Key.ExportParameters(includePrivateParameters: true).D!));
        }

        await using var rename = _database.Queries.CreateCommand("UPDATE signing_key SET kid = 'renamed' WHERE active_from IS NULL");
        await rename.ExecuteNonQueryAsync();
        await Assert.ThrowsAsync<SecretException>(() => _other.LoadAsync(default));
    }

    private SigningKeys NewKeys() => new(new SigningKeyTable(_database, TestSecrets.Box), Options.Create(new TokenOptions()), _time);
}
