using System.Text.Json;
using NpgsqlTypes;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Registration;
using Platform.ServiceAccounts;
using Platform.Storage.Engine;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.ServiceAccounts;

/// <summary>Lists of service accounts.</summary>
[Singleton]
public sealed class ServiceAccountQueries(PlatformDatabase database)
{
    /// <summary>Accounts in the order of their ids, after one, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<ServiceAccountView>> ListAsync(
        Guid organisationId, Guid? after, ServiceAccountStatus? status, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            """
            SELECT account_id, name, description, permissions::text, status, created_at, created_by, version
            FROM service_account
            WHERE org_id = $1 AND ($2::uuid IS NULL OR account_id > $2) AND ($3::smallint IS NULL OR status = $3)
            ORDER BY account_id
            LIMIT $4
            """,
            [
                Value(organisationId),
                Optional(after, NpgsqlDbType.Uuid),
                Optional((short?)status, NpgsqlDbType.Smallint),
                Value(limit),
            ],
            reader => new ServiceAccountView(
                reader.GetGuid(0), reader.GetString(1), reader.Text(2), JsonSerializer.Deserialize<string[]>(reader.GetString(3), JournalJson.Options)!,
                (ServiceAccountStatus)reader.GetInt16(4), reader.GetFieldValue<DateTimeOffset>(5), reader.GetGuid(6), reader.GetInt64(7)),
            cancellationToken);
}
