using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine;
using Platform.Testing;

namespace Platform.Grains.Tests.Fixtures;

/// <summary>A platform database, with helpers that append journal rows as a writer would.</summary>
public sealed class StreamDatabase : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();

    public PlatformDatabase Database { get; private set; } = null!;

    public string ConnectionString => _postgres.Runtime;

    /// <summary>Of the owner of the tables, for the work of a start.</summary>
    public string OwnerConnectionString => _postgres.ConnectionString;

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        Database = new PlatformDatabase(ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await Database.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    public async Task<Fence> AppendAsync(
        Guid organisation, string type, string events, Guid? entity = null, long version = 1, DateTimeOffset? at = null)
    {
        await using var connection = await Database.Queries.OpenConnectionAsync();
        return await AppendAsync(connection, organisation, type, events, entity, version, at);
    }

    public static async Task<Fence> AppendAsync(
        NpgsqlConnection connection,
        Guid organisation,
        string type,
        string events,
        Guid? entity = null,
        long version = 1,
        DateTimeOffset? at = null)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO journal
                (partition, org_id, entity_type, entity_id, version, operation_id, command_hash, actor_id, at, events, reply)
            VALUES ($1, $2, $3, $4, $5, $6, $6, $2, $7, $8, '{}') RETURNING xid, position
            """, connection);
        command.Parameters.Add(new() { Value = JournalPartition.Of(organisation) });
        command.Parameters.Add(new() { Value = organisation });
        command.Parameters.Add(new() { Value = type });
        command.Parameters.Add(new() { Value = entity ?? Id() });
        command.Parameters.Add(new() { Value = version });
        command.Parameters.Add(new() { Value = Id() });
        command.Parameters.Add(new() { Value = at ?? TimeProvider.System.GetUtcNow() });
        command.Parameters.Add(new() { Value = events, NpgsqlDbType = NpgsqlDbType.Json });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new Fence(reader.GetFieldValue<ulong>(0), reader.GetInt64(1));
    }

    /// <summary>Appends this many rows in one transaction.</summary>
    public async Task AppendManyAsync(Guid organisation, int rows)
    {
        await using var command = Database.Queries.CreateCommand(
            """
            INSERT INTO journal
                (partition, org_id, entity_type, entity_id, version, operation_id, command_hash, actor_id, at, events, reply)
            SELECT $1, $2, 'wallet', $2, version, gen_random_uuid(), $2, $2, now(), $3::json, '{}' FROM generate_series(1, $4) AS version
            """);
        command.Parameters.Add(new() { Value = JournalPartition.Of(organisation) });
        command.Parameters.Add(new() { Value = organisation });
        command.Parameters.Add(new() { Value = Charged(1) });
        command.Parameters.Add(new() { Value = rows });
        await command.ExecuteNonQueryAsync();
    }

    public Task<Fence> ChargeAsync(Guid organisation, long minor, DateTimeOffset? at = null, string currency = "USD") =>
        AppendAsync(organisation, "wallet", Charged(minor, currency), at: at);

    public static string Charged(long minor, string currency = "USD") =>
        string.Create(CultureInfo.InvariantCulture, $$"""[{"$type":"charged","amount":{{minor}},"currency":"{{currency}}"}]""");

    public async Task<T> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Database.Queries.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static Guid Id() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    /// <summary>Waits until the condition holds; fails after the deadline.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, int seconds = 15)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(seconds), "The condition did not become true in time.");
            await Task.Delay(20);
        }
    }
}
