using Platform.Grains.Engine.Registration;
using Platform.Grains.Identity;
using Platform.Identity;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Identity;

/// <summary>Table <c>external_identity</c>: links between users and external identities.</summary>
[Singleton]
public sealed class ExternalIdentityQueries(PlatformDatabase database)
{
    private const int Limit = 200;

    internal static readonly Table<ExternalIdentityRow> Table = new("external_identity", TableKind.Derived, columns => columns
        .Key("org_id", row => row.Owner.OrganisationId)
        .Key("identity_id", row => row.Id)
        .Value("user_id", row => row.Owner.UserId)
        .Value("provider", row => row.Identity.Provider)
        .Fixed("issuer", row => row.Identity.Issuer)
        .Fixed("subject", row => row.Identity.Subject)
        .Value("email", row => row.Identity.Email)
        .Value("linked_at", row => row.LinkedAt)
        .Value("active", row => row.Active)
        .Version("version", row => row.Version));

    /// <summary>Lists the links of one user, oldest first.</summary>
    public Task<IReadOnlyList<ExternalIdentityView>> ListAsync(Guid organisationId, Guid userId, CancellationToken cancellationToken) =>
        database.ListAsync(
            Table.Select("identity_id, provider, issuer, subject, email, linked_at")
                .Where($"org_id = {organisationId} AND user_id = {userId} AND active")
                .Ascending("linked_at, identity_id")
                .Limit(Limit),
            reader => new ExternalIdentityView(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.Text(4),
                reader.GetFieldValue<DateTimeOffset>(5)),
            cancellationToken);
}
