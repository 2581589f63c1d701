using Npgsql;
using Platform.Storage.Engine;
using Platform.Storage.Engine.DatabaseRoles;
using Platform.Storage.Engine.Migrations;
using Platform.Testing;
using static Platform.Storage.Tests.Fixtures.TestLogins;

namespace Platform.Storage.Tests.Engine.Migrations;

/// <summary>Who prepares a database and who then works on it, with one connection string and with two.</summary>
public sealed class DatabaseStartTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task With_two_connection_strings_the_owner_migrates_and_a_silo_runs_with_the_plain_login_alone()
    {
        // Neither of them may make roles.
        var owner = await NewDatabaseAsync("owner");
        var plain = On(await LoginAsync(postgres.ConnectionString, "plain"), owner);
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Postgres"] = plain, ["ConnectionStrings:PostgresOwner"] = owner, ["Platform:RunMode"] = "cluster", ["Management:Port"] = "0",
        };
        await using var both = await PlatformProcess.StartAsync("Silo", settings);
        settings.Remove("ConnectionStrings:PostgresOwner");
        await using var withoutOwner = await PlatformProcess.StartAsync("Silo", settings);

        Assert.Equal(2L, await ScalarAsync(plain, "SELECT count(*) FROM orleansmembershiptable WHERE status = 3"));
        var users = await ScalarAsync(
            postgres.ConnectionString,
            $"SELECT string_agg(DISTINCT usename::text, ',') FROM pg_stat_activity WHERE datname = '{new NpgsqlConnectionStringBuilder(owner).Database}' AND application_name LIKE 'platform-%'");
        Assert.Equal(UserOf(plain), users);
        await RefusedAsync("42501", plain, "DELETE FROM journal");
        await RefusedAsync("42501", plain, "TRUNCATE wallet_transaction");
    }

    [Fact]
    public async Task A_plain_login_alone_waits_until_an_owner_has_done_the_work_and_says_what_is_missing_where_none_does()
    {
        var owner = await NewDatabaseAsync("owner");
        var plain = On(await LoginAsync(postgres.ConnectionString, "plain"), owner);
        var late = await Assert.ThrowsAsync<NotPreparedException>(() => DatabaseStart.PrepareAsync(plain, null, TimeSpan.Zero, CancellationToken.None));
        Assert.Contains("ConnectionStrings:PostgresOwner", late.Message, StringComparison.Ordinal);

        var waiting = DatabaseStart.PrepareAsync(plain, null, Patience, CancellationToken.None);
        var prepared = await DatabaseStart.PrepareAsync(plain, owner, Patience, CancellationToken.None);
        Assert.Equal(new PreparedDatabase(plain, owner), prepared);
        Assert.Equal(new PreparedDatabase(plain, null), await waiting);

        await ScalarAsync(owner, "INSERT INTO rebuild_due (reason) VALUES ('columns changed')");
        late = await Assert.ThrowsAsync<NotPreparedException>(() => DatabaseStart.PrepareAsync(plain, null, TimeSpan.Zero, CancellationToken.None));
        Assert.Contains("columns changed", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_one_connection_string_an_owner_that_may_make_roles_gets_a_login_beside_it()
    {
        var owner = await NewDatabaseAsync("creator", "CREATEROLE");
        var prepared = await DatabaseStart.PrepareAsync(owner, null, Patience, CancellationToken.None);

        Assert.Equal(owner, prepared.Owner);
        Assert.Equal(UserOf(owner) + "_runtime", await ScalarAsync(prepared.Runtime, "SELECT session_user::text"));
        await RefusedAsync("42501", prepared.Runtime, "DELETE FROM journal");
        await RefusedAsync("28P01", new NpgsqlConnectionStringBuilder(prepared.Runtime) { Password = new NpgsqlConnectionStringBuilder(owner).Password }.ConnectionString, "SELECT 1");
    }

    [Fact]
    public async Task The_login_beside_the_owner_follows_a_change_of_the_owners_password()
    {
        var owner = await NewDatabaseAsync("creator", "CREATEROLE");
        var before = await DatabaseStart.PrepareAsync(owner, null, Patience, CancellationToken.None);
        await ScalarAsync(postgres.ConnectionString, $"ALTER ROLE {UserOf(owner)} PASSWORD 'another one'");
        owner = new NpgsqlConnectionStringBuilder(owner) { Password = "another one" }.ConnectionString;

        var after = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DatabaseStart.PrepareAsync(owner, null, Patience, CancellationToken.None)));
        Assert.All(after, prepared => Assert.Equal(after[0].Runtime, prepared.Runtime));
        Assert.Equal(1, await ScalarAsync(after[0].Runtime, "SELECT 1"));
        await RefusedAsync("28P01", before.Runtime, "SELECT 1");
    }

    [Fact]
    public async Task An_owner_that_names_no_password_takes_the_role_in_each_session()
    {
        using var folder = new TestFolder();
        var owner = await NewDatabaseAsync("creator", "CREATEROLE");
        var file = folder.In("pgpass");
        await File.WriteAllTextAsync(file, $"*:*:*:{UserOf(owner)}:{new NpgsqlConnectionStringBuilder(owner).Password}");
        var prepared = await DatabaseStart.PrepareAsync(
            new NpgsqlConnectionStringBuilder(owner) { Password = null, Passfile = file }.ConnectionString, null, Patience, CancellationToken.None);

        await using var database = new PlatformDatabase(prepared.Runtime);
        foreach (var pool in (NpgsqlDataSource[])[database.Journal, database.Queries])
        {
            await using var command = pool.CreateCommand("RESET ROLE; SELECT current_user::text");
            Assert.Equal(UserOf(owner) + "_runtime", await command.ExecuteScalarAsync());
            await using var delete = pool.CreateCommand("DELETE FROM journal");
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => delete.ExecuteNonQueryAsync())).SqlState);
        }

        Assert.Equal("off", await ScalarAsync(new NpgsqlConnectionStringBuilder(prepared.Runtime) { Options = new NpgsqlConnectionStringBuilder(database.Journal.ConnectionString).Options }.ConnectionString, "SHOW enable_seqscan"));
    }

    [Fact]
    public async Task An_owner_that_may_not_make_roles_is_told_what_to_do()
    {
        var owner = await NewDatabaseAsync("owner");
        var refused = await Assert.ThrowsAsync<MigrationException>(() => DatabaseStart.PrepareAsync(owner, null, Patience, CancellationToken.None));
        Assert.Contains("CREATEROLE", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:PostgresOwner", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ALTER ROLE {0} SUPERUSER", "superuser")]
    [InlineData("ALTER ROLE {0} CREATEROLE", "make roles")]
    [InlineData("GRANT {1} TO {0}", "journal")]
    [InlineData("ALTER DEFAULT PRIVILEGES FOR ROLE {1} GRANT UPDATE ON TABLES TO PUBLIC", "journal")]
    public async Task A_login_that_could_change_the_evidence_does_not_serve(string too, string named)
    {
        var owner = await NewDatabaseAsync("owner");
        var plain = On(await LoginAsync(postgres.ConnectionString, "plain"), owner);
        await ScalarAsync(On(postgres.ConnectionString, owner), string.Format(null, too, UserOf(plain), UserOf(owner)));
        var refused = await Assert.ThrowsAsync<MigrationException>(() => DatabaseStart.PrepareAsync(plain, owner, Patience, CancellationToken.None));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_processes_that_start_at_once_on_fresh_databases_of_one_server_all_get_through()
    {
        var owner = await LoginAsync(postgres.ConnectionString, "creator", "CREATEROLE");
        var databases = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            databases.Add(await DatabaseAsync(postgres.ConnectionString, owner));
        }

        var prepared = await Task.WhenAll(databases.SelectMany(database => Enumerable.Range(0, 4).Select(_ =>
            Task.Run(() => DatabaseStart.PrepareAsync(database, null, Patience, CancellationToken.None)))));
        foreach (var one in prepared.DistinctBy(one => one.Runtime))
        {
            await RefusedAsync("42501", one.Runtime, "DELETE FROM journal");
            Assert.Equal((long)Migration.All.Count, await ScalarAsync(one.Runtime, "SELECT count(*) FROM schema_migration"));
        }
    }

    [Theory]
    [InlineData("platform", "platform_runtime")]
    [InlineData("it's \"me\"", "it's \"me\"_runtime")]
    public void The_role_beside_an_owner_is_named_after_it(string owner, string role) =>
        Assert.Equal(role, RuntimeLogin.Beside($"Host=x;Username='{owner.Replace("'", "''", StringComparison.Ordinal)}';Password=p").Role);

    [Fact]
    public void A_name_that_the_server_would_cut_is_replaced_by_a_short_one()
    {
        var (one, two) = (RuntimeLogin.Beside($"Host=x;Username={new string('a', 62)}b;Password=p"), RuntimeLogin.Beside($"Host=x;Username={new string('a', 62)}c;Password=p"));
        Assert.NotEqual(one.Role, two.Role);
        Assert.InRange(one.Role.Length, 1, 63);
    }

    private async Task<string> NewDatabaseAsync(string owner, string attributes = "") =>
        await DatabaseAsync(postgres.ConnectionString, await LoginAsync(postgres.ConnectionString, owner, attributes));

    private static async Task RefusedAsync(string state, string connectionString, string sql) =>
        Assert.Equal(state, (await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(connectionString, sql))).SqlState);
}
