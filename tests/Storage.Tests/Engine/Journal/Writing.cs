using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine;
using Platform.Storage.Engine.DatabaseRoles;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Tests.Engine.Journal;

/// <summary>A writer on a database, and appends for it.</summary>
internal sealed class Writing : IAsyncDisposable
{
    private readonly PlatformDatabase _database;

    /// <param name="connectionString">Of the owner. The writer uses the login of the running platform.</param>
    public Writing(
        string connectionString,
        Action<JournalWriterOptions>? configure = null,
        SiloIdentity? silo = null,
        IReadOnlyList<IReadModelWriter>? writers = null,
        ILogger<GroupCommitWriter>? logger = null)
    {
        var options = new JournalWriterOptions { Lanes = 1 };
        configure?.Invoke(options);
        _database = new PlatformDatabase(RuntimeLogin.DerivedFrom(connectionString).ConnectionString);
        Reader = new JournalReader(_database);
        Writer = new GroupCommitWriter(
            _database,
            new ReadModelWriters(writers ?? []),
            new JournalSignal(),
            Options.Create(options),
            logger ?? NullLogger<GroupCommitWriter>.Instance,
            silo,
            message => DeclaredDead.TrySetResult(message));
    }

    public GroupCommitWriter Writer { get; }

    public JournalReader Reader { get; }

    public TaskCompletionSource<string> DeclaredDead { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static EntityKey NewEntity() => new(NewId(), NewId());

    public static Append Accept(
        EntityKey key,
        long version,
        AppendChain? chain = null,
        OperationId? operation = null,
        string events = "[]",
        string reply = "{}") =>
        new(
            chain ?? new AppendChain(), key, "test", version, operation ?? OperationId.Fresh(TimeProvider.System),
            Guid.Empty, Guid.Empty, Now(),
            System.Text.Encoding.UTF8.GetBytes(events), System.Text.Encoding.UTF8.GetBytes(reply), false, []);

    public static Append Refuse(EntityKey key, long version, OperationId operation, AppendChain? chain = null) =>
        new(chain ?? new AppendChain(), key, "test", version, operation, Guid.Empty, Guid.Empty, Now(), [],
            JournalJson.Write(CommonErrors.NotFound("thing")), true, []);

    public Task<AppendOutcome[]> AppendAllAsync(params IEnumerable<Append> appends) => Task.WhenAll(appends.Select(Writer.AppendAsync));

    public async Task<long> CountAsync(string sql)
    {
        await using var command = _database.Queries.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _database.Queries.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Blocks every append, or those that this statement conflicts with, until the result is disposed.</summary>
    public static async Task<NpgsqlConnection> BlockAsync(string connectionString, string statement = "LOCK TABLE journal IN SHARE MODE")
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; {statement}", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    public static async Task ReleaseAsync(NpgsqlConnection blocking)
    {
        await using (var command = new NpgsqlCommand("COMMIT", blocking))
        {
            await command.ExecuteNonQueryAsync();
        }

        await blocking.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private static DateTimeOffset Now()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    }
}
