using Npgsql;
using Platform.Storage.Engine.DatabaseRoles;
using Platform.Storage.Engine.Migrations;
using Platform.Testing;

namespace Platform.Api.Tests.Host;

/// <summary>The database role of the running platform.</summary>
[Collection(ApiCollection.Name)]
public sealed class RuntimeRoleTests(ApiFixture api)
{
    private const string Connected =
        """
        SELECT string_agg(DISTINCT usename::text, ',') FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'platform-%'
              AND application_name NOT IN ('platform-migrations', 'platform-start')
        """;

    [Fact]
    public async Task A_process_that_was_given_the_owner_serves_without_it()
    {
        await api.RegisterAsync();
        await using var source = NpgsqlDataSource.Create(api.ConnectionString);
        await using var command = source.CreateCommand(Connected);
        Assert.Equal("platform_runtime", await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_command_does_the_owners_work_for_processes_without_the_owner()
    {
        var postgres = new PostgresFixture();
        await postgres.InitializeAsync();
        try
        {
            await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
            await using var demand = source.CreateCommand("INSERT INTO rebuild_due (reason) VALUES ('test')");
            await demand.ExecuteNonQueryAsync();
            var plain = new Dictionary<string, string> { ["ConnectionStrings:Postgres"] = postgres.Runtime };
            await Assert.ThrowsAsync<NotPreparedException>(
                () => DatabaseStart.PrepareAsync(postgres.Runtime, null, TimeSpan.Zero, CancellationToken.None));

            var (exitCode, output) = await PlatformCommand.RunAsync(
                new Dictionary<string, string>(plain) { ["ConnectionStrings:PostgresOwner"] = postgres.ConnectionString }, "database",
                "prepare");
            Assert.Equal((0, "The database is ready for this build."), (exitCode, output.Trim()));
            (exitCode, output) = await PlatformCommand.RunAsync(plain, "database", "prepare");
            Assert.Equal((0, "The database is ready for this build."), (exitCode, output.Trim()));
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }
}
