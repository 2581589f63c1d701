using NpgsqlTypes;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Storage.Engine;
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
    private const string Found = """
        SELECT u.user_id, u.email, u.display_name, u.tier, u.status, u.email_verified, u.mfa_enabled, u.org_id, o.name, u.created_at
        FROM user_account u LEFT JOIN organisation o USING (org_id)
        WHERE ($1::timestamptz IS NULL OR (u.created_at, u.user_id) < ($1, $2))
        """;

    private const string Order = """

        ORDER BY u.created_at DESC, u.user_id DESC
        LIMIT $3
        """;

    // LIKE finds its prefix in the indexes; what a pattern would mean in it is taken literally.
    private const string Beginning = """

          AND (u.email LIKE $4 OR lower(u.display_name) LIKE $4)
        """;

    /// <summary>The newest first, before one, at most <paramref name="limit"/>. Begins is the beginning of an address or a name, in lower case.</summary>
    public Task<IReadOnlyList<UserOfAny>> ListAsync(
        (DateTimeOffset At, Guid Id)? before, string? begins, int limit, CancellationToken cancellationToken) => database.ListAsync(
        begins is null ? Found + Order : Found + Beginning + Order,
        [
            Optional(before?.At, NpgsqlDbType.TimestampTz),
            Optional(before?.Id, NpgsqlDbType.Uuid),
            Value(limit),
            .. begins is null ? [] : new[] { Value(Literal(begins) + "%") },
        ],
        reader => new UserOfAny(
            reader.GetGuid(0), reader.GetString(1), reader.GetString(2), (UserTier)reader.GetInt16(3), (UserStatus)reader.GetInt16(4),
            reader.GetBoolean(5), reader.GetBoolean(6), reader.GetGuid(7), reader.IsDBNull(8) ? null : reader.GetString(8),
            reader.GetFieldValue<DateTimeOffset>(9)),
        cancellationToken);

    /// <summary>The organisation of a user; null where there is no such user.</summary>
    public async Task<Guid?> OrganisationOfAsync(Guid userId, CancellationToken cancellationToken) =>
        await database.ListAsync(
            "SELECT org_id FROM user_account WHERE user_id = $1 LIMIT 2", [Value(userId)], reader => reader.GetGuid(0), cancellationToken)
            is [var organisation] ? organisation : null;

    private static string Literal(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
