using Npgsql;
using Platform.Storage.Engine.DatabaseRoles;
using Platform.Storage.Engine.Migrations;
using Platform.Storage.Engine.Tables;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Tables;

/// <summary>A start fails with the reason if the database does not have what is declared.</summary>
public sealed class TableCheckTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData(
        "ALTER TABLE dealer RENAME code TO gone", "ALTER TABLE dealer RENAME gone TO code", "column dealer.code is declared but missing")]
    [InlineData(
        "ALTER TABLE activity ALTER quantity TYPE bigint", "ALTER TABLE activity ALTER quantity TYPE integer",
        "column activity.quantity is declared as integer but is bigint")]
    [InlineData(
        "ALTER TABLE audit_log ALTER details TYPE jsonb", "ALTER TABLE audit_log ALTER details TYPE json",
        "column audit_log.details is declared as json but is jsonb")]
    [InlineData(
        "ALTER TABLE hold DROP CONSTRAINT hold_pkey; CREATE UNIQUE INDEX hold_part ON hold (org_id, hold_id) WHERE captured > 0",
        "DROP INDEX hold_part; ALTER TABLE hold ADD PRIMARY KEY (org_id, hold_id)",
        "hold has no unique index on its key (hold_id, org_id)")]
    public async Task No_process_starts_if_the_tables_differ_from_the_declared_ones(string change, string back, string expected)
    {
        await ExecuteAsync(change);
        try
        {
            var refused = await Assert.ThrowsAsync<MigrationException>(
                () => RuntimeCheck.RunAsync(postgres.Runtime, CancellationToken.None));
            Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<MigrationException>(() => MigrationRunner.RunAsync(postgres.ConnectionString, CancellationToken.None));
        }
        finally
        {
            await ExecuteAsync(back);
        }

        await RuntimeCheck.RunAsync(postgres.Runtime, CancellationToken.None);
    }

    [Fact]
    public async Task A_wrong_declaration_is_refused_with_all_errors()
    {
        var wrong = new Table<EveryType>("dealer", TableKind.Store, columns => columns
            .Key("org_id", row => row.OrganisationId)
            .Key("code", row => row.Text)
            .Value("colour", row => row.Text)
            .Value("status", row => row.Number)
            .Value("sort_key", row => row.Text));
        var refused = await Assert.ThrowsAsync<MigrationException>(() => CheckAsync(wrong, new Table("lead", TableKind.Store)));
        Assert.Equal(
            "The tables of the database do not fit this build: lead is declared but missing; " +
            "column dealer.colour is declared but missing; column dealer.status is declared as integer but is smallint; " +
            "dealer has no unique index on its key (code, org_id).",
            refused.Message);
    }

    [Fact]
    public async Task Extra_tables_columns_and_indexes_of_a_newer_build_are_allowed()
    {
        await ExecuteAsync(
            "CREATE TABLE newer (id uuid); ALTER TABLE dealer ADD colour text; CREATE UNIQUE INDEX dealer_code ON dealer (org_id, code)");
        try
        {
            await RuntimeCheck.RunAsync(postgres.Runtime, CancellationToken.None);
        }
        finally
        {
            await ExecuteAsync("DROP TABLE newer; DROP INDEX dealer_code; ALTER TABLE dealer DROP colour");
        }
    }

    private async Task CheckAsync(params Table[] tables)
    {
        await using var connection = new NpgsqlConnection(postgres.Runtime);
        await connection.OpenAsync();
        await TableCheck.RunAsync(connection, tables, CancellationToken.None);
    }

    private Task<object?> ExecuteAsync(string sql) => TestLogins.ScalarAsync(postgres.ConnectionString, sql);
}
