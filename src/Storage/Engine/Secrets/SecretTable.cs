using Npgsql;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Tables;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Engine.Secrets;

/// <summary>Stores secrets by organisation, entity and purpose. The database only ever gets them sealed.</summary>
public sealed class SecretTable(PlatformDatabase database, SecretBox box)
{
    internal static readonly Table Table = new("secret", TableKind.Store);

    /// <summary>Stores the secret, or replaces the one that exists.</summary>
    public Task PutAsync(SecretContext context, ReadOnlyMemory<byte> secret, CancellationToken cancellationToken)
    {
        var sealedBytes = box.Seal(context, secret.Span);
        return StoreFailure.TranslateAsync(async () =>
        {
            await using var command = database.Queries.CreateCommand(
                """
                INSERT INTO secret (org_id, entity_id, purpose, key_id, sealed) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (org_id, entity_id, purpose)
                DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed, updated_at = now()
                """);
            command.Parameters.AddRange((NpgsqlParameter[])
            [
                Value(context.OrganisationId),
                Value(context.EntityId),
                Value(context.Purpose),
                Value(SecretBox.KeyId(sealedBytes)),
                Value(sealedBytes),
            ]);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        });
    }

    /// <summary>Returns the secret, or null if there is none.</summary>
    /// <exception cref="SecretException">The secret cannot be opened.</exception>
    public async Task<byte[]?> GetAsync(SecretContext context, CancellationToken cancellationToken)
    {
        var found = await database.ListAsync(
            "SELECT sealed FROM secret WHERE org_id = $1 AND entity_id = $2 AND purpose = $3",
            [Value(context.OrganisationId), Value(context.EntityId), Value(context.Purpose)],
            static row => row.GetFieldValue<byte[]>(0),
            cancellationToken);
        return found.Count == 0 ? null : box.Open(context, found[0]);
    }

    public Task DeleteAsync(SecretContext context, CancellationToken cancellationToken) => StoreFailure.TranslateAsync(async () =>
    {
        await using var command = database.Queries.CreateCommand(
            "DELETE FROM secret WHERE org_id = $1 AND entity_id = $2 AND purpose = $3");
        command.Parameters.AddRange(
            (NpgsqlParameter[])[Value(context.OrganisationId), Value(context.EntityId), Value(context.Purpose)]);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    });
}
