using Npgsql;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Migrations;
using Platform.Storage.Engine.Tables;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.DatabaseRoles;

/// <summary>The login of the running platform may add evidence but never change it.</summary>
public sealed class RuntimeRightsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private PlatformDatabase _database = null!;

    public static TheoryData<string> Evidence => [.. DeclaredTables.NamesOf(TableKind.Evidence).Where(table => table != "ledger_key")];

    public Task InitializeAsync()
    {
        _database = new PlatformDatabase(postgres.Runtime);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _database.DisposeAsync().AsTask();

    [Fact]
    public async Task No_pool_connects_as_the_owner_or_as_a_role_that_could_become_it()
    {
        const string Who =
            """
            SELECT concat_ws(' ', current_user, session_user, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolreplication, r.rolbypassrls,
                   (SELECT string_agg(m.rolname, ',') FROM pg_roles m
                    WHERE m.rolname <> session_user AND pg_has_role(session_user, m.oid, 'MEMBER')))
            FROM pg_roles r WHERE r.rolname = session_user
            """;
        foreach (var pool in Pools())
        {
            Assert.Equal("platform_runtime platform_runtime f f f f f", await ScalarAsync(pool, Who));
        }
    }

    [Theory]
    [MemberData(nameof(Evidence))]
    public async Task No_pool_can_change_or_remove_a_row_of_evidence(string table)
    {
        var key = await OwnerAsync($"SELECT conname::text FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'p'");
        string[] changes =
        [
            $"UPDATE {table} SET org_id = org_id",
            $"UPDATE {table} SET org_id = org_id WHERE false",
            $"DELETE FROM {table}",
            $"TRUNCATE {table}",
            $"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM {table} " +
                $"ON CONFLICT ON CONSTRAINT {key} DO UPDATE SET org_id = excluded.org_id",
            $"MERGE INTO {table} a USING (SELECT 1) b ON true WHEN MATCHED THEN DELETE",
            $"WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone",
            $"SELECT 1 FROM {table} FOR UPDATE",
            $"ALTER TABLE {table} DISABLE TRIGGER ALL",
            $"ALTER TABLE {table} OWNER TO platform_runtime",
            $"CREATE RULE gone AS ON INSERT TO {table} DO INSTEAD NOTHING",
            $"DROP TABLE {table}",
            "SET session_replication_role = replica",
            "SET ROLE platform",
            "SET SESSION AUTHORIZATION platform",
        ];
        foreach (var pool in Pools())
        {
            foreach (var change in changes)
            {
                foreach (var before in (string[])["", "RESET ROLE; ", "SET ROLE NONE; ", "RESET SESSION AUTHORIZATION; ", "RESET ALL; "])
                {
                    var refused = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(pool, before + change));
                    Assert.True(refused.SqlState == "42501", $"{before}{change}: {refused.Message}");
                }
            }

            // Granting a right that the grantor does not have is only a warning.
            var grant = $"GRANT ALL ON {table} TO platform_runtime";
            var check = $"SELECT has_table_privilege('{table}', 'UPDATE, DELETE, TRUNCATE, TRIGGER')";
            Assert.Equal(false, await ScalarAsync(pool, $"{grant}; {check}"));
        }
    }

    [Theory]
    [MemberData(nameof(Evidence))]
    public async Task Even_the_owner_must_first_disable_the_trigger(string table)
    {
        string[] changes =
        [
            $"UPDATE {table} SET org_id = org_id WHERE false",
            $"DELETE FROM {table}",
            $"TRUNCATE {table}",
            $"SET session_replication_role = replica; DELETE FROM {table}",
        ];
        foreach (var change in changes)
        {
            Assert.Equal("PA001", (await Assert.ThrowsAsync<PostgresException>(() => OwnerAsync(change))).SqlState);
        }
    }

    [Fact]
    public async Task Every_table_has_its_declared_rights_and_none_may_be_truncated_or_altered()
    {
        const string Rights =
            """
            SELECT string_agg(line, E'\n' ORDER BY line) FROM (
                SELECT c.relname || ':' || coalesce((
                    SELECT string_agg(p, ',')
                    FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES','TRIGGER']) p
                    WHERE has_table_privilege('platform_runtime', c.oid, p)), '') AS line
                FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')) lines
            """;
        var rights = ((string)(await OwnerAsync(Rights))!)
            .Split('\n')
            .Select(line => line.Split(':'))
            .ToDictionary(parts => parts[0], parts => parts[1]);

        Assert.All(DeclaredTables.All, table => Assert.Equal(string.Join(',', table.Rights), rights[table.Name]));
        Assert.Equal("", rights.GetValueOrDefault("made_later", "")); // A table of a newer build, unknown to this one.
        Assert.Equal(false, await OwnerAsync("SELECT has_schema_privilege('platform_runtime', 'public', 'CREATE')"));
        Assert.Equal(
            false,
            await OwnerAsync("SELECT has_sequence_privilege('platform_runtime', 'journal_position_seq', 'USAGE, SELECT, UPDATE')"));
    }

    [Fact]
    public async Task A_start_repairs_rights_and_triggers_and_otherwise_writes_nothing()
    {
        await OwnerAsync(
            """
            GRANT UPDATE, DELETE, TRIGGER ON journal TO platform_runtime; REVOKE UPDATE ON wallet FROM platform_runtime;
            ALTER TABLE refusal DISABLE TRIGGER refusal_append_only; DROP TRIGGER wallet_transaction_append_only ON wallet_transaction;
            CREATE TABLE IF NOT EXISTS made_later (org_id uuid);
            """);
        await MigrationRunner.RunAsync(postgres.ConnectionString, CancellationToken.None);
        await Every_table_has_its_declared_rights_and_none_may_be_truncated_or_altered();
        await Even_the_owner_must_first_disable_the_trigger("refusal");
        await Even_the_owner_must_first_disable_the_trigger("wallet_transaction");

        const string Catalogue =
            """
            SELECT md5(string_agg(c.oid || ' ' || c.xmin::text, ',' ORDER BY c.oid)) || (SELECT count(*) FROM pg_trigger)
            FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
            """;
        var before = await OwnerAsync(Catalogue);
        await MigrationRunner.RunAsync(postgres.ConnectionString, CancellationToken.None);
        Assert.Equal(before, await OwnerAsync(Catalogue));
    }

    private string[] Pools() =>
    [
        _database.Journal.ConnectionString,
        _database.Queries.ConnectionString,
        _database.ClusteringConnectionString,
        _database.GrainStorageConnectionString,
    ];

    // Connection strings of data sources do not include the password.
    private Task<object?> ScalarAsync(string pool, string sql)
    {
        var password = new NpgsqlConnectionStringBuilder(postgres.Runtime).Password;
        return TestLogins.ScalarAsync(new NpgsqlConnectionStringBuilder(pool) { Password = password }.ConnectionString, sql);
    }

    private Task<object?> OwnerAsync(string sql) => TestLogins.ScalarAsync(postgres.ConnectionString, sql);
}
