using Npgsql;
using Platform.Audit;
using Platform.Grains.Engine.Audit;
using Platform.Storage.Audit;
using Platform.Storage.Engine;
using Platform.Testing;

namespace Platform.Storage.Tests.Audit;

/// <summary>The audit log table: writing, immutability and queries.</summary>
public sealed class AuditLogTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private readonly Guid _organisation = NewId();
    private readonly Guid _actor = NewId();
    private readonly Guid _entity = NewId();
    private PlatformDatabase _database = null!;

    public Task InitializeAsync()
    {
        _database = new PlatformDatabase(postgres.Runtime);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _database.DisposeAsync().AsTask();

    [Theory]
    [InlineData("UPDATE audit_log SET action = 'other'")]
    [InlineData("UPDATE audit_log SET action = 'other' WHERE false")]
    [InlineData("DELETE FROM audit_log")]
    [InlineData("TRUNCATE audit_log")]
    [InlineData("SET session_replication_role = replica; DELETE FROM audit_log")]
    [InlineData("INSERT INTO audit_log SELECT * FROM audit_log ON CONFLICT (org_id, at, id) DO UPDATE SET action = 'other'")]
    [InlineData("MERGE INTO audit_log a USING audit_log b ON (a.org_id, a.at, a.id) = (b.org_id, b.at, b.id) WHEN MATCHED THEN DELETE")]
    public async Task ASVS_16_4_2_even_the_table_owner_cannot_change_or_delete_rows(string sql)
    {
        await AppendAsync(Row(0));
        await using var connection =
            new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        Assert.Equal("PA001", refused.SqlState);
        Assert.Equal("user.sign-in", Assert.Single(await ListAsync(new AuditFilter())).Action);
    }

    [Fact]
    public async Task An_existing_row_is_not_changed()
    {
        var row = Row(0);
        await AppendAsync(row);
        await AppendAsync(row with { Action = "other" }, Row(1));
        Assert.Equal(["user.sign-in", "user.sign-in"], (await ListAsync(new AuditFilter())).Select(item => item.Action));
    }

    [Fact]
    public async Task An_entry_is_read_as_it_was_written()
    {
        var row = Row(0) with { ActorId = _actor, EntityType = "user", EntityId = _entity };
        await AppendAsync(row);
        var item = Assert.Single(await ListAsync(new AuditFilter()));
        Assert.Equal((row.Id, row.At, row.ActorId, row.Action, row.Code), (item.Id, item.At, item.ActorId, item.Action, item.Code));
        Assert.Equal(("user", _entity, "203.0.113.7", "agent", "trace"),
            (item.EntityType, item.EntityId!.Value, item.Ip, item.UserAgent, item.TraceId));
        Assert.Equal((ActorKind.Anonymous, AuditOutcome.Refused, "1"), (item.ActorKind, item.Outcome, item.Details["n"]));
    }

    [Fact]
    public async Task Filters_find_exactly_the_matching_entries()
    {
        await AppendAsync(
            Row(0),
            Row(1) with { ActorId = _actor },
            Row(2) with { Action = "user.signed-in", Code = null },
            Row(3) with { Action = "userland.left", Code = null },
            Row(4) with { EntityType = "wallet", EntityId = _entity },
            Row(5) with { OrganisationId = NewId(), ActorId = _actor });
        await FindsAsync(new AuditFilter(), 4, 3, 2, 1, 0);
        await FindsAsync(new AuditFilter(ActorId: _actor), 1);
        await FindsAsync(new AuditFilter(Action: "user."), 4, 2, 1, 0);
        await FindsAsync(new AuditFilter(Action: "user.signed-in"), 2);
        await FindsAsync(new AuditFilter(Action: "user"));
        await FindsAsync(new AuditFilter(Action: "user.%"));
        await FindsAsync(new AuditFilter(EntityType: "wallet"), 4);
        await FindsAsync(new AuditFilter(EntityId: _entity), 4);
        await FindsAsync(new AuditFilter(Outcome: AuditOutcome.Accepted), 3, 2);
        await FindsAsync(new AuditFilter(Outcome: AuditOutcome.Refused), 4, 1, 0);
        await FindsAsync(new AuditFilter(From: At.AddSeconds(1), To: At.AddSeconds(3)), 2, 1);
    }

    [Fact]
    public async Task An_export_has_every_row_once_newest_first_even_with_equal_times_and_in_pages()
    {
        await AppendAsync([.. Enumerable.Range(0, 1_203).Select(i => Row(i / 400))]);
        var sizes = new List<int>();
        var items = new List<AuditItem>();
        await foreach (var page in new AuditQueries(_database).ExportAsync(_organisation, new AuditFilter(), CancellationToken.None))
        {
            sizes.Add(page.Count);
            items.AddRange(page);
        }

        Assert.Equal([500, 500, 203], sizes);
        Assert.Equal(1_203, items.Select(item => item.Id).Distinct().Count());
        Assert.Equal(items.Select(item => item.At).OrderDescending(), items.Select(item => item.At));
    }

    private async Task FindsAsync(AuditFilter filter, params int[] seconds) =>
        Assert.Equal(seconds, (await ListAsync(filter)).Select(item => (int)(item.At - At).TotalSeconds));

    private Task<IReadOnlyList<AuditItem>> ListAsync(AuditFilter filter) =>
        new AuditQueries(_database).ListAsync(_organisation, null, filter, 100, CancellationToken.None);

    private Task AppendAsync(params AuditRow[] rows) => new AuditLog(_database).AppendAsync(rows, CancellationToken.None);

    private AuditRow Row(int second) => new(
        _organisation, At.AddSeconds(second), NewId(), null, "user.sign-in", "invalid-credentials", null, null,
        new Origin("203.0.113.7", "agent", "trace", ActorKind.Anonymous), new Dictionary<string, string> { ["n"] = "1" });

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
