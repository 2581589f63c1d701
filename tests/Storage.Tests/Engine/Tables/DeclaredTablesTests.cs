using System.Runtime.CompilerServices;
using Npgsql;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.DatabaseRoles;
using Platform.Storage.Engine.Migrations;
using Platform.Storage.Engine.Tables;
using Platform.Storage.Tests.Engine.Journal;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Tables;

/// <summary>Each table is declared once, and the migrated schema has those tables and no others.</summary>
public sealed class DeclaredTablesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public void The_declarations_are_those_that_are_checked_in()
    {
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "tables.txt");
        var actual = string.Concat(DeclaredTables.All.Select(
            table => $"{table.Name}: {table.Kind}{(table.FilledBy is { } consumer ? $", filled by {consumer}" : "")}\n"));
        if (Environment.GetEnvironmentVariable("UPDATE_RIGHTS") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }

    [Fact]
    public async Task The_schema_has_the_declared_tables_and_no_others()
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(
            """
            SELECT array_agg(relname::text ORDER BY relname COLLATE "C") FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
            """);
        Assert.Equal((string[])(await command.ExecuteScalarAsync())!, DeclaredTables.All.Select(table => table.Name));
    }

    [Fact]
    public void A_writer_or_a_consumer_refills_every_table_that_a_rebuild_empties()
    {
        var written = DeclaredTables.Writers.Select(writer => writer.Table.Name).ToHashSet();
        Assert.All(DeclaredTables.All, table => Assert.True(
            table.Kind == TableKind.Derived ? written.Contains(table.Name) != table.FilledBy is not null : table.FilledBy is null,
            table.Name));
        Assert.All(
            DeclaredTables.All.Where(table => written.Contains(table.Name)),
            table => Assert.True(table.Kind is TableKind.Derived or TableKind.Evidence, table.Name));
    }

    [Fact]
    public void Two_declarations_of_one_table_are_refused()
    {
        Table[] tables = [new("form", TableKind.Store), new("lead", TableKind.Store), new("form", TableKind.Derived)];
        var twice = Assert.Throws<InvalidOperationException>(() => DeclaredTables.Of(tables));
        Assert.Contains("form", twice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_process_starts_if_a_declared_table_is_missing()
    {
        await ExecuteAsync("ALTER TABLE wallet_import RENAME TO gone");
        try
        {
            var missing = await Assert.ThrowsAsync<MigrationException>(
                () => RuntimeCheck.RunAsync(postgres.Runtime, CancellationToken.None));
            Assert.Contains("wallet_import is declared but missing", missing.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<MigrationException>(() => MigrationRunner.RunAsync(postgres.ConnectionString, CancellationToken.None));
        }
        finally
        {
            await ExecuteAsync("ALTER TABLE gone RENAME TO wallet_import");
        }

        await RuntimeCheck.RunAsync(postgres.Runtime, CancellationToken.None);
    }

    [Theory]
    [InlineData("ALTER TABLE refusal DISABLE TRIGGER refusal_append_only")]
    [InlineData("DROP TRIGGER refusal_append_only ON refusal")]
    public async Task No_process_starts_if_evidence_lacks_its_trigger_until_an_owner_has_restored_it(string removal)
    {
        await ExecuteAsync(removal);
        var unfenced = await Assert.ThrowsAsync<MigrationException>(
            () => RuntimeCheck.RunAsync(postgres.Runtime, CancellationToken.None));
        Assert.Contains("refusal is evidence but its trigger", unfenced.Message, StringComparison.Ordinal);
        await MigrationRunner.RunAsync(postgres.ConnectionString, CancellationToken.None);
        await RuntimeCheck.RunAsync(postgres.Runtime, CancellationToken.None);
    }

    [Fact]
    public void A_row_type_without_a_writer_or_with_two_is_named()
    {
        var writers = new SampleTables().Writers;
        WriterCheck.Require(writers.Select(writer => writer.RowType), writers);
        var none = Assert.ThrowsAny<Exception>(() => WriterCheck.Require([typeof(Forgotten)], writers));
        Assert.Contains($"{typeof(Forgotten).FullName} has no writer", none.Message, StringComparison.Ordinal);
        var two = Assert.ThrowsAny<Exception>(() => WriterCheck.Require([], [.. writers, writers[0]]));
        Assert.Contains($"{writers[0].RowType.FullName} has 2", two.Message, StringComparison.Ordinal);
    }

    private Task<object?> ExecuteAsync(string sql) => TestLogins.ScalarAsync(postgres.ConnectionString, sql);

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private sealed record Forgotten : ReadModelRow;
}
