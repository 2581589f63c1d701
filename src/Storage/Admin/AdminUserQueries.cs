using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Admin;

/// <summary>A user in the list of users of all organisations.</summary>
public sealed record AdminUserItem(
    Guid Id, string Email, string DisplayName, UserTier Tier, UserStatus Status, bool EmailVerified, bool MfaEnabled,
    Guid OrganisationId, string? OrganisationName, DateTimeOffset CreatedAt);

/// <summary>Queries users of all organisations, for support (<see cref="AdminQueries"/>).</summary>
[Singleton]
public sealed class AdminUserQueries(PlatformDatabase database)
{
    private const string Users =
        """
        SELECT u.user_id, u.email, u.display_name, u.tier, u.status, u.email_verified, u.mfa_enabled, u.org_id, o.name, u.created_at
        FROM user_account u LEFT JOIN organisation o USING (org_id)
        """;

    /// <summary>Lists users, newest first. <paramref name="prefix"/> is the start of an address or name, in lower case.</summary>
    public Task<IReadOnlyList<AdminUserItem>> ListAsync(
        (DateTimeOffset At, Guid Id)? before, string? prefix, int limit, CancellationToken cancellationToken)
    {
        // The indexes support LIKE with a prefix; wildcards in it are escaped.
        var pattern = prefix is null ? null : Literal(prefix) + "%";
        return database.ListAsync(
            new ListQuery(Users)
                .IfGiven($"u.email LIKE {pattern} OR lower(u.display_name) LIKE {pattern}")
                .Descending("u.created_at, u.user_id", $"{before?.At}, {before?.Id}")
                .Limit(limit),
            reader => new AdminUserItem(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), (UserTier)reader.GetInt16(3), (UserStatus)reader.GetInt16(4),
                reader.GetBoolean(5), reader.GetBoolean(6), reader.GetGuid(7), reader.Text(8), reader.GetFieldValue<DateTimeOffset>(9)),
            cancellationToken);
    }

    /// <summary>The organisation of a user; null if there is no such user.</summary>
    public async Task<Guid?> OrganisationOfAsync(Guid userId, CancellationToken cancellationToken) =>
        await database.ListAsync(
            "SELECT org_id FROM user_account WHERE user_id = $1 LIMIT 2", [Value(userId)], reader => reader.GetGuid(0), cancellationToken)
            is [var organisation] ? organisation : null;

    private static string Literal(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
