using NpgsqlTypes;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Admin;

/// <summary>A user in a list of those of every organisation.</summary>
public sealed record UserOfAny(
    Guid Id, string Email, string DisplayName, UserTier Tier, UserStatus Status, bool EmailVerified, bool MfaEnabled,
    Guid OrganisationId, string? OrganisationName, DateTimeOffset CreatedAt);

/// <summary>Users of every organisation, for those who may look for them (<see cref="AdminQueries"/>).</summary>
[Singleton]
public sealed class AdminUserQueries(PlatformDatabase database)
{
    private const string Users =
        """
        SELECT u.user_id, u.email, u.display_name, u.tier, u.status, u.email_verified, u.mfa_enabled, u.org_id, o.name, u.created_at
        FROM user_account u LEFT JOIN organisation o USING (org_id)
        """;

    /// <summary>The newest first, before one, at most <paramref name="limit"/>. Begins is the beginning of an address or a name, in lower case.</summary>
    public Task<IReadOnlyList<UserOfAny>> ListAsync(
        (DateTimeOffset At, Guid Id)? before, string? begins, int limit, CancellationToken cancellationToken)
    {
        // LIKE finds its prefix in the indexes; what a pattern would mean in it is taken literally.
        var pattern = begins is null ? null : Literal(begins) + "%";
        return database.ListAsync(
            new ListQuery(Users)
                .IfGiven($"u.email LIKE {pattern} OR lower(u.display_name) LIKE {pattern}")
                .Descending("u.created_at, u.user_id", $"{before?.At}, {before?.Id}")
                .Limit(limit),
            reader => new UserOfAny(
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
