using Npgsql;
using Platform.Storage.Engine.Migrations;

namespace Platform.Storage.Engine.DatabaseRoles;

/// <summary>
/// Makes the role of the running platform and gives it its rights. Roles belong to the server: processes that start on other
/// databases of it may do the same at this moment.
/// </summary>
internal static class RuntimeRole
{
    private const int Tries = 20;

    /// <summary>Idempotent, and under the lock of the migrations. Ends when the login has been tried and found to be as it should.</summary>
    /// <exception cref="MigrationException">The role cannot be made, or may do more than it should.</exception>
    public static async Task PrepareAsync(NpgsqlConnection owner, RuntimeLogin login, CancellationToken cancellationToken)
    {
        await CreateAsync(owner, login, cancellationToken);
        await TableRights.ApplyAsync(owner, login.Role, cancellationToken);
        try
        {
            await RuntimeCheck.RunAsync(login.ConnectionString, cancellationToken);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InvalidPassword && login is { Follows: true, Password: { } password })
        {
            // The owner's password has changed, and with it the one that follows.
            await ChangeAsync(owner, $"ALTER ROLE {Sql.Identifier(login.Role)} LOGIN PASSWORD '{ScramSecret.Of(password)}'", login.Role, cancellationToken);
            await RuntimeCheck.RunAsync(login.ConnectionString, cancellationToken);
        }
    }

    private static async Task CreateAsync(NpgsqlConnection owner, RuntimeLogin login, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", owner)
        {
            Parameters = { new() { Value = login.Role } },
        };
        if (await find.ExecuteScalarAsync(cancellationToken) is false)
        {
            var how = login.Password is { } password ? $"LOGIN PASSWORD '{ScramSecret.Of(password)}'" : login.Follows ? "NOLOGIN" : "LOGIN";
            await ChangeAsync(owner, $"CREATE ROLE {Sql.Identifier(login.Role)} {how}", login.Role, cancellationToken);
        }

        if (login is { Follows: true, Password: null })
        {
            await ChangeAsync(owner, $"GRANT {Sql.Identifier(login.Role)} TO CURRENT_USER", login.Role, cancellationToken);
        }
    }

    // Somebody else may have been first, or be changing the same row of the server's catalogue.
    private static async Task ChangeAsync(NpgsqlConnection owner, string sql, string role, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await owner.ExecuteAsync(sql, cancellationToken);
                return;
            }
            catch (PostgresException first) when (first.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation)
            {
                return;
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.InternalError && attempt < Tries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
            catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new MigrationException(
                    $"The running platform needs a role of its own, {role}, and the owner of the database may not make or change it: {refused.MessageText}. " +
                    "Give the owner CREATEROLE; or make a login yourself (CREATE ROLE platform_runtime LOGIN PASSWORD '..'), name it in ConnectionStrings:Postgres, " +
                    "and the owner in ConnectionStrings:PostgresOwner.",
                    refused);
            }
        }
    }
}
