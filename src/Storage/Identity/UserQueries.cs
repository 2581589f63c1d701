using System.Text.Json;
using Platform.Access;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Identity;
using Platform.Identity;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Identity;

/// <summary>Filters users. Emails are prefixes of addresses, one of which must match. Ids are the users that the caller may see.</summary>
public sealed record UserFilter(
    UserStatus? Status = null, UserTier? Tier = null, Guid? ParentId = null, IReadOnlyList<string>? Emails = null, string? Role = null,
    Guid? DealerId = null, IReadOnlyList<Guid>? Ids = null);

/// <summary>Table <c>user_account</c> and its lists.</summary>
[Singleton]
public sealed class UserQueries(PlatformDatabase database)
{
    internal static readonly Table<UserRow> Table = new("user_account", TableKind.Derived, columns => columns
        .Key("org_id", row => row.Key.OrganisationId)
        .Key("user_id", row => row.Key.Id)
        .Value("email", row => row.State.Email)
        .Value("display_name", row => row.State.DisplayName)
        .Value("tier", row => (short)row.State.Tier)
        .Value("wallet_id", row => row.State.WalletId)
        .Fixed("created_at", row => row.State.CreatedAt)
        .Version("version", row => row.State.Revision)
        .Value("status", row => (short)row.State.Status)
        .Value("email_verified", row => row.State.EmailVerified)
        .Value("parent_id", row => row.State.ParentId)
        .Value("profile", row => JsonSerializer.Serialize(row.State.Profile, JournalJson.Options), ColumnType.Json)
        .Value("grants", row => JsonSerializer.Serialize(row.State.Grants, JournalJson.Options), ColumnType.Json)
        .Value("mfa_enabled", row => row.State.Mfa.Enabled));

    /// <summary>Lists at most <paramref name="limit"/> users, ordered by id, starting after <paramref name="after"/>.</summary>
    public Task<IReadOnlyList<UserView>> ListAsync(
        Guid organisationId, Guid? after, UserFilter filter, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            Table.Select(
                """
                user_id, email, display_name, tier, wallet_id, created_at, version, status, email_verified, parent_id, profile::text,
                grants::text, mfa_enabled
                """)
                .Where($"org_id = {organisationId}")
                .IfGiven($"status = {filter.Status}")
                .IfGiven($"tier = {filter.Tier}")
                .IfGiven($"parent_id = {filter.ParentId}")
                .IfGiven($"EXISTS (SELECT FROM unnest({filter.Emails}) beginning WHERE starts_with(email, beginning))")
                .IfGiven($"EXISTS (SELECT FROM json_array_elements(grants) g WHERE g->>'role' = {filter.Role})")
                .IfGiven($"grants::jsonb @> jsonb_build_array(jsonb_build_object('dealerId', {filter.DealerId}))")
                .IfGiven($"user_id = ANY ({filter.Ids})")
                .Ascending("user_id", $"{after}")
                .Limit(limit),
            reader => new UserView(
                reader.GetGuid(0), organisationId, reader.GetString(1), reader.GetString(2), (UserTier)reader.GetInt16(3),
                reader.Optional<Guid>(4), reader.GetFieldValue<DateTimeOffset>(5), reader.GetInt64(6),
                (UserStatus)reader.GetInt16(7), reader.GetBoolean(8), reader.Optional<Guid>(9),
                JsonSerializer.Deserialize<UserProfile>(reader.GetString(10), JournalJson.Options)!,
                JsonSerializer.Deserialize<Grant[]>(reader.GetString(11), JournalJson.Options)!, reader.GetBoolean(12)),
            cancellationToken);

    /// <summary>Returns the users who have a role at one of these dealers, in no particular order.</summary>
    public Task<IReadOnlyList<Guid>> AtDealersAsync(
        Guid organisationId, IReadOnlyList<Guid> dealers, CancellationToken cancellationToken) =>
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
