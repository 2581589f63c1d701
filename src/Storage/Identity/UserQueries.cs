using System.Text.Json;
using NpgsqlTypes;
using Platform.Access;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Storage.Engine;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Identity;

/// <summary>Which users are asked for. Emails are beginnings of addresses, one of which has to fit; Ids are the users that may be seen at all.</summary>
public sealed record UserFilter(
    UserStatus? Status = null, UserTier? Tier = null, Guid? ParentId = null, IReadOnlyList<string>? Emails = null, string? Role = null,
    Guid? DealerId = null, IReadOnlyList<Guid>? Ids = null);

/// <summary>Lists of users.</summary>
[Singleton]
public sealed class UserQueries(PlatformDatabase database)
{
    /// <summary>Users in the order of their ids, after one, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<UserView>> ListAsync(
        Guid organisationId, Guid? after, UserFilter filter, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            """
            SELECT user_id, email, display_name, tier, wallet_id, created_at, version, status, email_verified, parent_id, profile::text, grants::text, mfa_enabled
            FROM user_account
            WHERE org_id = $1
              AND ($2::uuid IS NULL OR user_id > $2)
              AND ($3::smallint IS NULL OR status = $3)
              AND ($4::smallint IS NULL OR tier = $4)
              AND ($5::uuid IS NULL OR parent_id = $5)
              AND ($6::text[] IS NULL OR EXISTS (SELECT FROM unnest($6) beginning WHERE starts_with(email, beginning)))
              AND ($7::text IS NULL OR EXISTS (SELECT FROM json_array_elements(grants) g WHERE g->>'role' = $7))
              AND ($8::uuid IS NULL OR grants::jsonb @> jsonb_build_array(jsonb_build_object('dealerId', $8)))
              AND ($9::uuid[] IS NULL OR user_id = ANY ($9))
            ORDER BY user_id
            LIMIT $10
            """,
            [
                Value(organisationId),
                Optional(after, NpgsqlDbType.Uuid),
                Optional((short?)filter.Status, NpgsqlDbType.Smallint),
                Optional((short?)filter.Tier, NpgsqlDbType.Smallint),
                Optional(filter.ParentId, NpgsqlDbType.Uuid),
                Optional(filter.Emails?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text),
                Optional(filter.Role, NpgsqlDbType.Text),
                Optional(filter.DealerId, NpgsqlDbType.Uuid),
                Optional(filter.Ids?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid),
                Value(limit),
            ],
            reader => new UserView(
                reader.GetGuid(0), organisationId, reader.GetString(1), reader.GetString(2), (UserTier)reader.GetInt16(3),
                reader.IsDBNull(4) ? null : reader.GetGuid(4), reader.GetFieldValue<DateTimeOffset>(5), reader.GetInt64(6),
                (UserStatus)reader.GetInt16(7), reader.GetBoolean(8), reader.IsDBNull(9) ? null : reader.GetGuid(9),
                JsonSerializer.Deserialize<UserProfile>(reader.GetString(10), JournalJson.Options)!,
                JsonSerializer.Deserialize<Grant[]>(reader.GetString(11), JournalJson.Options)!, reader.GetBoolean(12)),
            cancellationToken);

    /// <summary>The users who hold a role at one of these dealers, in no order.</summary>
    public Task<IReadOnlyList<Guid>> AtDealersAsync(Guid organisationId, IReadOnlyList<Guid> dealers, CancellationToken cancellationToken) =>
        database.ListAsync(
            """
            SELECT DISTINCT u.user_id
            FROM unnest($2::uuid[]) AS at (dealer_id)
            JOIN user_account u ON u.org_id = $1 AND u.grants::jsonb @> jsonb_build_array(jsonb_build_object('dealerId', at.dealer_id))
            """,
            [Value(organisationId), Value(dealers.ToArray())],
            static reader => reader.GetGuid(0),
            cancellationToken);
}
