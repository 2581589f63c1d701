using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Storage.Engine;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Identity;

/// <summary>The links of a user to identities elsewhere.</summary>
[Singleton]
public sealed class ExternalIdentityQueries(PlatformDatabase database)
{
    private const int Limit = 200;

    /// <summary>The links of one user, oldest first.</summary>
    public Task<IReadOnlyList<ExternalIdentityView>> ListAsync(Guid organisationId, Guid userId, CancellationToken cancellationToken) =>
        database.ListAsync(
            """
            SELECT identity_id, provider, issuer, subject, email, linked_at
            FROM external_identity
            WHERE org_id = $1 AND user_id = $2 AND active
            ORDER BY linked_at, identity_id
            LIMIT $3
            """,
            [Value(organisationId), Value(userId), Value(Limit)],
            reader => new ExternalIdentityView(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.Text(4), reader.GetFieldValue<DateTimeOffset>(5)),
            cancellationToken);
}
