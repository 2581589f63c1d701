using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Platform.Storage.Engine.DatabaseRoles;

/// <summary>
/// How the running platform connects: as a role that does not own the tables. <see cref="Password"/> is the password that the start
/// gives the role if it creates it; null if the role cannot log in itself.
/// </summary>
public sealed record RuntimeLogin
{
    // The password is derived from the owner's, so that all processes know it and none has to store it. The derivation is slow to
    // resist guessing, because a person may have chosen the owner's password.
    private const int Rounds = 100_000;

    private RuntimeLogin(string role, string? password, string connectionString, bool isDerived)
    {
        Role = role;
        Password = password;
        ConnectionString = connectionString;
        IsDerived = isDerived;
    }

    public string Role { get; }

    public string? Password { get; }

    public string ConnectionString { get; }

    /// <summary>True if it is derived from the owner's connection string; the start may then set its password.</summary>
    public bool IsDerived { get; }

    /// <summary>A login from the configuration.</summary>
    public static RuntimeLogin Configured(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var password = string.IsNullOrEmpty(settings.Password) ? null : settings.Password;
        return new RuntimeLogin(UserOf(settings), password, connectionString, false);
    }

    /// <summary>
    /// Derives the login from the owner's: <c>platform_runtime</c> for <c>platform</c>. If the owner has no password to derive one from
    /// (a socket, a certificate, a password file), sessions start as the owner and take the role at once.
    /// </summary>
    public static RuntimeLogin DerivedFrom(string ownerConnectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(ownerConnectionString);
        var role = RoleNameFor(UserOf(settings));
        if (string.IsNullOrEmpty(settings.Password))
        {
            // As a connection option, so that RESET ROLE returns to this role and not to the owner.
            var escaped = role.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);
            settings.Options = $"{settings.Options} -c role={escaped}".TrimStart();
            return new RuntimeLogin(role, null, settings.ConnectionString, true);
        }

        settings.Username = role;
        settings.Password = Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2(
            settings.Password, Encoding.UTF8.GetBytes("platform database role " + role), Rounds, HashAlgorithmName.SHA256, 24));
        return new RuntimeLogin(role, settings.Password, settings.ConnectionString, true);
    }

    // Npgsql's default if no user is named.
    private static string UserOf(NpgsqlConnectionStringBuilder settings) =>
        settings.Username ?? Environment.GetEnvironmentVariable("PGUSER") ?? Environment.UserName;

    // The server truncates names to 63 bytes.
    private static string RoleNameFor(string owner)
    {
        const int room = 54;
        return Encoding.UTF8.GetByteCount(owner) <= room
            ? owner + "_runtime"
            : $"platform_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner)))[..16]}_runtime";
    }
}
