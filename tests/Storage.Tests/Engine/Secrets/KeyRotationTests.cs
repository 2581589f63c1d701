using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Secrets;
using Platform.Storage.Identity;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Secrets;

public sealed class KeyRotationTests : IAsyncLifetime
{
    private const int Count = 57;
    private readonly PostgresFixture _postgres = new();
    private readonly TestFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly List<string> _reported = [];
    private PlatformDatabase _database = null!;
    private SecretKeys _running = null!;

    private string File => _folder.In("keys/secrets.json");

    private SecretTable Table => new(_database, new SecretBox(_running));

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        _database = new PlatformDatabase(_postgres.Runtime);
        KeyFile.Create(File, new KeyRing([SecretKey.New(_time.GetUtcNow())]));
        _running = SecretKeys.OfFile(File, _time);
        for (var i = 0; i < Count; i++)
        {
            await Table.PutAsync(Context(i), Secret(i), default);
        }
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _postgres.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_rotation_reseals_everything_with_a_new_key_and_keeps_the_old_one()
    {
        var kid = await AddSigningKeyAsync();
        var old = _running.Ring.Current.Id;
        Assert.True(await RotateAsync(dropOld: false));

        var ring = KeyFile.Read(File);
        Assert.Equal(2, ring.Keys.Count);
        Assert.Equal(old, ring.Keys[1].Id);
        Assert.Equal([ring.Current.Id], await new SecretUsage(_database).KeyIdsAsync(default));
        Assert.Contains(_reported, line => line.Contains($"{Count} secrets, 1 signing keys", StringComparison.Ordinal));
        await AllReadableAsync();
        Assert.Equal(kid, Assert.Single(await new SigningKeyTable(_database, new SecretBox(_running)).ListAsync(default)).Kid);
    }

    [Fact]
    public async Task Old_keys_are_dropped_only_after_no_process_can_seal_with_them()
    {
        await RotateAsync(dropOld: false);
        var dropping = RotateAsync(dropOld: true);

        // Meanwhile a process that has not read the file again stores a secret sealed with the old key.
        await Eventually.HoldsAsync(
            () => _reported.Any(line => line.StartsWith("Waiting", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(60),
            "the rotation waits");
        var late = new SecretBox(SecretKeys.Of(new KeyRing([KeyFile.Read(File).Keys[1]])));
        await new SecretTable(_database, late).PutAsync(Context(0), Secret(0), default);
        Assert.Equal(2, KeyFile.Read(File).Keys.Count);
        _time.Advance(KeyRotation.Grace);

        Assert.True(await dropping);
        var left = Assert.Single(KeyFile.Read(File).Keys);
        Assert.Equal([left.Id], await new SecretUsage(_database).KeyIdsAsync(default));
        await AllReadableAsync();
    }

    [Fact]
    public async Task After_a_rotation_was_killed_everything_is_readable_and_the_next_one_finishes_it()
    {
        // As if the command had started it and died in the middle.
        KeyFile.Replace(File, new KeyRing([SecretKey.New(_time.GetUtcNow()), .. KeyFile.Read(File).Keys]));
        _running.Reload();
        await Assert.ThrowsAsync<TimeoutException>(() => new SecretRotation(_database, _running).ResealAsync(
            done => throw new TimeoutException($"killed after {done}"), default, batchSize: 20));
        Assert.Equal(2, (await new SecretUsage(_database).KeyIdsAsync(default)).Count);
        await AllReadableAsync();

        Assert.True(await RotateAsync(dropOld: false));
        Assert.Equal(2, KeyFile.Read(File).Keys.Count);
        Assert.Contains(_reported, line => line.Contains($"{Count - 20} secrets", StringComparison.Ordinal));
        Assert.Equal([KeyFile.Read(File).Current.Id], await new SecretUsage(_database).KeyIdsAsync(default));
        await AllReadableAsync();
    }

    [Fact]
    public async Task Secrets_written_during_a_rotation_are_not_overwritten()
    {
        KeyFile.Replace(File, new KeyRing([SecretKey.New(_time.GetUtcNow()), .. KeyFile.Read(File).Keys]));
        _running.Reload();
        var source = NpgsqlDataSource.Create(_postgres.ConnectionString);
        await using (source)
        {
            // Blocks the rotation after it has read the batch, so that the row changes before it is stored.
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var newer = new SecretBox(_running).Seal(Context(3), "newer"u8);
            await using (var update = new NpgsqlCommand("UPDATE secret SET sealed = $1, key_id = $2 WHERE entity_id = $3", connection))
            {
                update.Parameters.AddRange((NpgsqlParameter[])
                [
                    new() { Value = newer }, new() { Value = SecretBox.KeyId(newer) }, new() { Value = Context(3).EntityId },
                ]);
                await update.ExecuteNonQueryAsync();
            }

            var rotation = new SecretRotation(_database, _running).ResealAsync(null, default);
            await Eventually.HoldsAsync(
                async () =>
                {
                    await using var waiting = source.CreateCommand(
                        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE secret s%')");
                    return await waiting.ExecuteScalarAsync() is true;
                },
                TimeSpan.FromSeconds(60),
                "the rotation waits for the row");
            await transaction.CommitAsync();
            Assert.Equal(Count - 1, (await rotation).Secrets);
        }

        Assert.Equal("newer"u8.ToArray(), await Table.GetAsync(Context(3), default));
    }

    [Fact]
    public async Task A_secret_that_cannot_be_opened_is_reported_and_keeps_its_key()
    {
        var old = _running.Ring.Current.Id;
        await using (var alter = _database.Queries.CreateCommand(
            "UPDATE secret SET sealed = sealed || '\\x00'::bytea WHERE entity_id = $1"))
        {
            alter.Parameters.Add(new() { Value = Context(5).EntityId });
            await alter.ExecuteNonQueryAsync();
        }

        Assert.False(await RotateAsync(dropOld: false));
        _time.Advance(KeyRotation.Grace);
        Assert.False(await RotateAsync(dropOld: true));
        Assert.Contains(_reported, line => line.Contains($"{Context(5).EntityId}", StringComparison.Ordinal));
        Assert.Contains(KeyFile.Read(File).Keys, key => key.Id == old);
        Assert.Equal(Secret(6), await Table.GetAsync(Context(6), default));
    }

    [Fact]
    public async Task Configured_keys_are_not_changed_and_everything_is_resealed_with_the_first()
    {
        var old = KeyFile.Read(File).Current;
        _running = SecretKeys.Of(new KeyRing([SecretKey.New(_time.GetUtcNow()), old]));
        Assert.True(await new KeyRotation(_database, _running, _time).RunAsync(dropOld: true, _reported.Add, default));
        Assert.Equal([_running.Ring.Current.Id], await new SecretUsage(_database).KeyIdsAsync(default));
        Assert.Contains(
            _reported,
            line => line.Contains(old.Id, StringComparison.Ordinal) && line.Contains("configuration", StringComparison.Ordinal));
        await AllReadableAsync();
    }

    [Fact]
    public async Task Only_one_rotation_can_run_at_a_time()
    {
        await using (await new SecretRotation(_database, _running).TryLockAsync(default))
        {
            await Assert.ThrowsAsync<SecretException>(() => RotateAsync(dropOld: false));
        }

        Assert.True(await RotateAsync(dropOld: false));
    }

    [Fact]
    public async Task A_key_ring_without_a_needed_key_or_with_another_key_under_its_id_is_refused()
    {
        await AddSigningKeyAsync();
        var usage = new SecretUsage(_database);
        await usage.CheckAsync(_running, default);

        var id = _running.Ring.Current.Id;
        var foreign = SecretKeys.Of(new KeyRing([SecretKey.New(_time.GetUtcNow())]));
        var refused = await Assert.ThrowsAsync<SecretException>(() => usage.CheckAsync(foreign, default));
        Assert.Contains(id, refused.Message, StringComparison.Ordinal);
        var misnamed = SecretKeys.Of(new KeyRing([new SecretKey(id, RandomNumberGenerator.GetBytes(SecretKey.Length))]));
        await Assert.ThrowsAsync<SecretException>(() => usage.CheckAsync(misnamed, default));
    }

    private Task<bool> RotateAsync(bool dropOld) =>
        new KeyRotation(_database, _running, _time).RunAsync(dropOld, _reported.Add, default);

    private async Task<string> AddSigningKeyAsync()
    {
        var table = new SigningKeyTable(_database, new SecretBox(_running));
        var row = new SigningKeyRow("kid", RandomNumberGenerator.GetBytes(100), _time.GetUtcNow(), null);
        await table.ChangeAsync(_ => new SigningKeyChanges([row], new Dictionary<string, DateTimeOffset>(), []), default);
        return row.Kid;
    }

    private async Task AllReadableAsync()
    {
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(Secret(i), await Table.GetAsync(Context(i), default));
        }
    }

    private static SecretContext Context(int i) => new(new Guid(i % 3, 0, 0, new byte[8]), new Guid(i, 1, 0, new byte[8]), "test");

    private static byte[] Secret(int i) => Encoding.UTF8.GetBytes($"secret {i}");
}
