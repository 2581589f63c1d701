using Npgsql;
using Platform.Storage.Engine.Migrations;

namespace Platform.Storage.Engine.DatabaseRoles;

/// <summary>
/// Creates the role of the running platform and grants its rights. Roles are shared by the databases of a server, so processes that
/// start on another database may do the same concurrently.
/// </summary>
internal static class RuntimeRole
{
    private const int MaxAttempts = 20;

    /// <summary>Idempotent. Call it under the lock of the migrations. It also checks the login by connecting with it.</summary>
    /// <exception cref="MigrationException">The role cannot be created, or has too many rights.</exception>
    public static async Task PrepareAsync(NpgsqlConnection owner, RuntimeLogin login, CancellationToken cancellationToken)
    {
        await CreateAsync(owner, login, cancellationToken);
        await TableRights.ApplyAsync(owner, login.Role, cancellationToken);
        try
        {
            await RuntimeCheck.RunAsync(login.ConnectionString, cancellationToken);
        }
        catch (PostgresException refused)
            when (refused.SqlState == PostgresErrorCodes.InvalidPassword && login is { IsDerived: true, Password: not null })
        {
            // The owner's password has changed, and with it the derived one.
            var alter = $"ALTER ROLE {Sql.Identifier(login.Role)} LOGIN PASSWORD '{ScramSecret.Of(login.Password)}'";
            await ChangeAsync(owner, alter, login.Role, cancellationToken);
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
            var options = login.Password is { } password ? $"LOGIN PASSWORD '{ScramSecret.Of(password)}'"
                : login.IsDerived ? "NOLOGIN"
                : "LOGIN";
            await ChangeAsync(owner, $"CREATE ROLE {Sql.Identifier(login.Role)} {options}", login.Role, cancellationToken);
        }

        if (login is { IsDerived: true, Password: null })
        {
            await ChangeAsync(owner, $"GRANT {Sql.Identifier(login.Role)} TO CURRENT_USER", login.Role, cancellationToken);
        }
    }

    // Another process may have been first, or may be changing the same catalogue row.
    private static async Task ChangeAsync(NpgsqlConnection owner, string sql, string role, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await owner.ExecuteAsync(sql, cancellationToken);
                return;
            }
            catch (PostgresException done) when (done.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation)
            {
                return;
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.InternalError && attempt < MaxAttempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
            catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new MigrationException(
                    $"The running platform needs its own role, {role}, but the owner of the database may not create or change it: " +
                    $"{refused.MessageText}. Grant the owner CREATEROLE; or create a login yourself (CREATE ROLE platform_runtime LOGIN " +
                    "PASSWORD '..') and set ConnectionStrings:Postgres to it and ConnectionStrings:PostgresOwner to the owner.",
                    refused);
            }
        }
    }
}
