using Npgsql;
using Platform.Storage.Engine.Migrations;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Migrations;

public sealed class MigrationTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly Migration Good = new("2026-01-01_00_good.sql", "CREATE TABLE good (n int)");

    [Fact]
    public async Task A_second_run_applies_nothing()
    {
        var again = await MigrationRunner.RunAsync(postgres.ConnectionString, CancellationToken.None);

        Assert.Empty(again);
    }

    [Fact]
    public async Task Every_file_of_this_build_is_recorded_with_its_checksum()
    {
        var recorded = await QueryAsync(
            """
            SELECT string_agg(name || ' ' || checksum, ',' ORDER BY name COLLATE "C")
            FROM schema_migration WHERE name LIKE '2026-11-%'
            """);

        Assert.Equal(string.Join(',', Migration.All.Select(m => $"{m.Name} {m.Checksum}")), recorded);
    }

    [Fact]
    public async Task The_statements_of_a_migration_may_be_run_again()
    {
        // As if schema_migration were lost: no statement may fail because of, or undo, what exists.
        await QueryAsync("CREATE DATABASE repeated");
        var settings = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = "repeated", Pooling = false };
        var target = settings.ConnectionString;
        await MigrationRunner.RunAsync(target, CancellationToken.None);
        await QueryAsync("DROP TABLE schema_migration", target);

        var again = await MigrationRunner.RunAsync(target, CancellationToken.None);

        Assert.Equal(Migration.All.Select(m => m.Name), again);
        await QueryAsync("DROP DATABASE repeated");
    }

    [Fact]
    public async Task A_file_that_changed_after_being_applied_is_refused_by_name_and_nothing_is_applied()
    {
        var changed = new Migration("2026-02-01_00_changed.sql", "CREATE TABLE changed_a (n int)");
        await MigrationRunner.RunAsync(postgres.ConnectionString, [changed], CancellationToken.None);
        Migration[] next =
        [
            new(changed.Name, "CREATE TABLE changed_b (n int)"),
            new("2026-02-02_00_next.sql", "CREATE TABLE next (n int)"),
        ];

        var refused = await Assert.ThrowsAsync<MigrationException>(
            () => MigrationRunner.RunAsync(postgres.ConnectionString, next, CancellationToken.None));

        Assert.Contains(changed.Name, refused.Message, StringComparison.Ordinal);
        Assert.Equal(DBNull.Value, await QueryAsync("SELECT coalesce(to_regclass('changed_b'), to_regclass('next'))::text"));
    }

    [Fact]
    public async Task A_file_that_fails_changes_nothing_and_earlier_files_stay_applied()
    {
        Migration[] migrations = [Good, new("2026-01-02_00_bad.sql", "CREATE TABLE half (n int); SELECT 1 / 0;")];

        var refused = await Assert.ThrowsAsync<MigrationException>(
            () => MigrationRunner.RunAsync(postgres.ConnectionString, migrations, CancellationToken.None));

        Assert.Contains("2026-01-02_00_bad.sql", refused.Message, StringComparison.Ordinal);
        Assert.Equal(DBNull.Value, await QueryAsync("SELECT to_regclass('half')::text"));
        Assert.Equal(
            1L,
            await QueryAsync(
                "SELECT count(*) FROM schema_migration WHERE name IN ('2026-01-01_00_good.sql', '2026-01-02_00_bad.sql')"));
    }

    [Fact]
    public async Task Many_processes_at_once_apply_each_file_once()
    {
        var counting = new Migration(
            "2026-03-01_00_counting.sql", "CREATE TABLE counting (n int); INSERT INTO counting VALUES (1); SELECT pg_sleep(0.2);");

        var applied = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            MigrationRunner.RunAsync(postgres.ConnectionString, [counting], CancellationToken.None)));

        Assert.Single(applied, names => names.Count == 1);
        Assert.Equal(1L, await QueryAsync("SELECT count(*) FROM counting"));
    }

    [Fact]
    public void Line_endings_do_not_change_a_checksum() =>
        Assert.Equal(new Migration("a", "SELECT 1;\r\nSELECT 2;").Checksum, new Migration("a", "SELECT 1;\nSELECT 2;").Checksum);

    private Task<object?> QueryAsync(string sql) => QueryAsync(sql, postgres.ConnectionString);

    private static async Task<object?> QueryAsync(string sql, string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
