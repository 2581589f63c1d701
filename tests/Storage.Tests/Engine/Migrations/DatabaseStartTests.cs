using Npgsql;
using Platform.Storage.Engine;
using Platform.Storage.Engine.DatabaseRoles;
using Platform.Storage.Engine.Migrations;
using Platform.Testing;
using static Platform.Storage.Tests.Fixtures.TestLogins;

namespace Platform.Storage.Tests.Engine.Migrations;

/// <summary>Who prepares a database and who then uses it, with one connection string and with two.</summary>
public sealed class DatabaseStartTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task With_two_connection_strings_the_owner_migrates_and_a_silo_runs_only_with_the_plain_login()
    {
        // Neither of them may create roles.
        var owner = await NewDatabaseAsync("owner");
        var plain = On(await LoginAsync(postgres.ConnectionString, "plain"), owner);
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Postgres"] = plain,
            ["ConnectionStrings:PostgresOwner"] = owner,
            ["Platform:RunMode"] = "cluster",
            ["Management:Port"] = "0",
        };
        await using var both = await PlatformProcess.StartAsync("Silo", settings);
        settings.Remove("ConnectionStrings:PostgresOwner");
        await using var withoutOwner = await PlatformProcess.StartAsync("Silo", settings);

        Assert.Equal(2L, await ScalarAsync(plain, "SELECT count(*) FROM orleansmembershiptable WHERE status = 3"));
        var users = await ScalarAsync(
            postgres.ConnectionString,
            $"""
            SELECT string_agg(DISTINCT usename::text, ',') FROM pg_stat_activity
            WHERE datname = '{new NpgsqlConnectionStringBuilder(owner).Database}' AND application_name LIKE 'platform-%'
            """);
        Assert.Equal(UserOf(plain), users);
        await RefusedAsync("42501", plain, "DELETE FROM journal");
        await RefusedAsync("42501", plain, "TRUNCATE wallet_transaction");
    }

    [Fact]
    public async Task A_plain_login_alone_waits_for_an_owner_to_prepare_the_database_and_says_what_is_missing_if_none_does()
    {
        var owner = await NewDatabaseAsync("owner");
        var plain = On(await LoginAsync(postgres.ConnectionString, "plain"), owner);
        var late = await Assert.ThrowsAsync<NotPreparedException>(
            () => DatabaseStart.PrepareAsync(plain, null, TimeSpan.Zero, CancellationToken.None));
        Assert.Contains("ConnectionStrings:PostgresOwner", late.Message, StringComparison.Ordinal);

        var waiting = DatabaseStart.PrepareAsync(plain, null, Timeout, CancellationToken.None);
        var prepared = await DatabaseStart.PrepareAsync(plain, owner, Timeout, CancellationToken.None);
        Assert.Equal(new PreparedDatabase(plain, owner), prepared);
        Assert.Equal(new PreparedDatabase(plain, null), await waiting);

        await ScalarAsync(owner, "INSERT INTO rebuild_due (reason) VALUES ('columns changed')");
        late = await Assert.ThrowsAsync<NotPreparedException>(
            () => DatabaseStart.PrepareAsync(plain, null, TimeSpan.Zero, CancellationToken.None));
        Assert.Contains("columns changed", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_one_connection_string_an_owner_that_may_create_roles_gets_a_derived_login()
    {
        var owner = await NewDatabaseAsync("creator", "CREATEROLE");
        var prepared = await DatabaseStart.PrepareAsync(owner, null, Timeout, CancellationToken.None);

        Assert.Equal(owner, prepared.Owner);
        Assert.Equal(UserOf(owner) + "_runtime", await ScalarAsync(prepared.Runtime, "SELECT session_user::text"));
        await RefusedAsync("42501", prepared.Runtime, "DELETE FROM journal");
        var password = new NpgsqlConnectionStringBuilder(owner).Password;
        var withOwnersPassword = new NpgsqlConnectionStringBuilder(prepared.Runtime) { Password = password };
        await RefusedAsync("28P01", withOwnersPassword.ConnectionString, "SELECT 1");
    }

    [Fact]
    public async Task The_derived_login_follows_a_change_of_the_owners_password()
    {
        var owner = await NewDatabaseAsync("creator", "CREATEROLE");
        var before = await DatabaseStart.PrepareAsync(owner, null, Timeout, CancellationToken.None);
        await ScalarAsync(postgres.ConnectionString, $"ALTER ROLE {UserOf(owner)} PASSWORD 'another one'");
        owner = new NpgsqlConnectionStringBuilder(owner) { Password = "another one" }.ConnectionString;

        var after = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => DatabaseStart.PrepareAsync(owner, null, Timeout, CancellationToken.None)));
        Assert.All(after, prepared => Assert.Equal(after[0].Runtime, prepared.Runtime));
        Assert.Equal(1, await ScalarAsync(after[0].Runtime, "SELECT 1"));
        await RefusedAsync("28P01", before.Runtime, "SELECT 1");
    }

    [Fact]
    public async Task An_owner_without_a_password_takes_the_role_in_each_session()
    {
        using var folder = new TestFolder();
        var owner = await NewDatabaseAsync("creator", "CREATEROLE");
        var file = folder.In("pgpass");
        await File.WriteAllTextAsync(file, $"*:*:*:{UserOf(owner)}:{new NpgsqlConnectionStringBuilder(owner).Password}");
        var prepared = await DatabaseStart.PrepareAsync(
            new NpgsqlConnectionStringBuilder(owner) { Password = null, Passfile = file }.ConnectionString,
            null,
            Timeout,
            CancellationToken.None);

        await using var database = new PlatformDatabase(prepared.Runtime);
        foreach (var pool in (NpgsqlDataSource[])[database.Journal, database.Queries])
        {
            await using var command = pool.CreateCommand("RESET ROLE; SELECT current_user::text");
            Assert.Equal(UserOf(owner) + "_runtime", await command.ExecuteScalarAsync());
            await using var delete = pool.CreateCommand("DELETE FROM journal");
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => delete.ExecuteNonQueryAsync())).SqlState);
        }

        var journal = new NpgsqlConnectionStringBuilder(prepared.Runtime)
        {
            Options = new NpgsqlConnectionStringBuilder(database.Journal.ConnectionString).Options,
        };
        Assert.Equal("off", await ScalarAsync(journal.ConnectionString, "SHOW enable_seqscan"));
    }

    [Fact]
    public async Task An_owner_that_may_not_create_roles_is_told_what_to_do()
    {
        var owner = await NewDatabaseAsync("owner");
        var refused = await Assert.ThrowsAsync<MigrationException>(
            () => DatabaseStart.PrepareAsync(owner, null, Timeout, CancellationToken.None));
        Assert.Contains("CREATEROLE", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:PostgresOwner", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ALTER ROLE {0} SUPERUSER", "superuser")]
    [InlineData("ALTER ROLE {0} CREATEROLE", "create roles")]
    [InlineData("GRANT {1} TO {0}", "journal")]
    [InlineData("ALTER DEFAULT PRIVILEGES FOR ROLE {1} GRANT UPDATE ON TABLES TO PUBLIC", "journal")]
    public async Task A_login_that_could_change_evidence_is_refused(string statement, string expected)
    {
        var owner = await NewDatabaseAsync("owner");
        var plain = On(await LoginAsync(postgres.ConnectionString, "plain"), owner);
        await ScalarAsync(On(postgres.ConnectionString, owner), string.Format(null, statement, UserOf(plain), UserOf(owner)));
        var refused = await Assert.ThrowsAsync<MigrationException>(
            () => DatabaseStart.PrepareAsync(plain, owner, Timeout, CancellationToken.None));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_processes_that_start_at_once_on_fresh_databases_of_one_server_all_succeed()
    {
        var owner = await LoginAsync(postgres.ConnectionString, "creator", "CREATEROLE");
        var databases = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            databases.Add(await DatabaseAsync(postgres.ConnectionString, owner));
        }

        var prepared = await Task.WhenAll(databases.SelectMany(database => Enumerable.Range(0, 4).Select(_ =>
            Task.Run(() => DatabaseStart.PrepareAsync(database, null, Timeout, CancellationToken.None)))));
        foreach (var one in prepared.DistinctBy(one => one.Runtime))
        {
            await RefusedAsync("42501", one.Runtime, "DELETE FROM journal");
            Assert.Equal((long)Migration.All.Count, await ScalarAsync(one.Runtime, "SELECT count(*) FROM schema_migration"));
        }
    }

    [Theory]
    [InlineData("platform", "platform_runtime")]
    [InlineData("it's \"me\"", "it's \"me\"_runtime")]
    public void The_derived_role_is_named_after_the_owner(string owner, string role)
    {
        var quoted = owner.Replace("'", "''", StringComparison.Ordinal);
        Assert.Equal(role, RuntimeLogin.DerivedFrom($"Host=x;Username='{quoted}';Password=p").Role);
    }

    [Fact]
    public void A_role_name_that_the_server_would_truncate_is_replaced_by_a_short_one()
    {
        var one = RuntimeLogin.DerivedFrom($"Host=x;Username={new string('a', 62)}b;Password=p");
        var two = RuntimeLogin.DerivedFrom($"Host=x;Username={new string('a', 62)}c;Password=p");
        Assert.NotEqual(one.Role, two.Role);
        Assert.InRange(one.Role.Length, 1, 63);
    }

    private async Task<string> NewDatabaseAsync(string owner, string attributes = "") =>
        await DatabaseAsync(postgres.ConnectionString, await LoginAsync(postgres.ConnectionString, owner, attributes));

    private static async Task RefusedAsync(string state, string connectionString, string sql) =>
        Assert.Equal(state, (await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(connectionString, sql))).SqlState);
}
