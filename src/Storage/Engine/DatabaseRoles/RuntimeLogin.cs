using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Platform.Storage.Engine.DatabaseRoles;

/// <summary>
/// How the running platform connects: as a role that does not own the tables. <see cref="Password"/> is what the role gets where the
/// start makes it; null where it cannot log in by itself.
/// </summary>
public sealed record RuntimeLogin
{
    // The password follows from the owner's, so that all processes know it and none has to store it. Slow to try, since the owner's
    // may have been chosen by a person.
    private const int Rounds = 100_000;

    private RuntimeLogin(string role, string? password, string connectionString, bool follows)
    {
        Role = role;
        Password = password;
        ConnectionString = connectionString;
        Follows = follows;
    }

    public string Role { get; }

    public string? Password { get; }

    public string ConnectionString { get; }

    /// <summary>True where it follows from the owner's connection string, and the start may set its password.</summary>
    public bool Follows { get; }

    /// <summary>A login that somebody has chosen.</summary>
    public static RuntimeLogin Given(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return new RuntimeLogin(UserOf(settings), string.IsNullOrEmpty(settings.Password) ? null : settings.Password, connectionString, false);
    }

    /// <summary>
    /// The login beside an owner, <c>platform_runtime</c> for <c>platform</c>. Where the owner has no password from which one could
    /// follow (a socket, a certificate, a password file) the session begins as the owner and takes the role at once.
    /// </summary>
    public static RuntimeLogin Beside(string ownerConnectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(ownerConnectionString);
        var role = NameBeside(UserOf(settings));
        if (string.IsNullOrEmpty(settings.Password))
        {
            // As an option of the connection, so that RESET ROLE leads back to it.
            var escaped = role.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);
            settings.Options = $"{settings.Options} -c role={escaped}".TrimStart();
            return new RuntimeLogin(role, null, settings.ConnectionString, true);
        }

        settings.Username = role;
        settings.Password = Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2(
            settings.Password, Encoding.UTF8.GetBytes("platform database role " + role), Rounds, HashAlgorithmName.SHA256, 24));
        return new RuntimeLogin(role, settings.Password, settings.ConnectionString, true);
    }

    // As Npgsql finds the user where none is named.
    private static string UserOf(NpgsqlConnectionStringBuilder settings) =>
        settings.Username ?? Environment.GetEnvironmentVariable("PGUSER") ?? Environment.UserName;

    // A name of the server has 63 bytes at most; what is longer would be cut.
    private static string NameBeside(string owner)
    {
        const int room = 54;
        return Encoding.UTF8.GetByteCount(owner) <= room
            ? owner + "_runtime"
            : $"platform_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner)))[..16]}_runtime";
    }
}
