using System.Text.Json;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Registration;
using Platform.Grains.ServiceAccounts;
using Platform.ServiceAccounts;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.ServiceAccounts;

/// <summary>Table <c>service_account</c> and its lists.</summary>
[Singleton]
public sealed class ServiceAccountQueries(PlatformDatabase database)
{
    internal static readonly Table<ServiceAccountRow> Table = new("service_account", TableKind.Derived, columns => columns
        .Key("org_id", row => row.Key.OrganisationId)
        .Key("account_id", row => row.Key.Id)
        .Value("name", row => row.State.Name)
        .Value("description", row => row.State.Description)
        .Value("permissions", row => JsonSerializer.Serialize(row.State.Permissions, JournalJson.Options), ColumnType.Json)
        .Value("status", row => (short)row.State.Status)
        .Fixed("created_at", row => row.State.CreatedAt)
        .Fixed("created_by", row => row.State.CreatedBy)
        .Version("version", row => row.Version));

    /// <summary>One page of accounts by id, starting after the account <paramref name="after"/>.</summary>
    public Task<IReadOnlyList<ServiceAccountView>> ListAsync(
        Guid organisationId, Guid? after, ServiceAccountStatus? status, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            Table.Select("account_id, name, description, permissions::text, status, created_at, created_by, version")
                .Where($"org_id = {organisationId}")
                .IfGiven($"status = {status}")
                .Ascending("account_id", $"{after}")
                .Limit(limit),
            reader => new ServiceAccountView(
                reader.GetGuid(0), reader.GetString(1), reader.Text(2),
                JsonSerializer.Deserialize<string[]>(reader.GetString(3), JournalJson.Options)!,
                (ServiceAccountStatus)reader.GetInt16(4), reader.GetFieldValue<DateTimeOffset>(5), reader.GetGuid(6), reader.GetInt64(7)),
            cancellationToken);
}
