using Platform.Identity;
using Platform.Storage.Journal;
using Platform.Storage.Tables;
using static Platform.Storage.Reading;

namespace Platform.Storage.ReadModels.Wallets;

/// <summary>Which file an import stands for. What the rows of it moved is in the ledger.</summary>
public sealed class ImportTable(PlatformDatabase database)
{
    internal static readonly Table Table = new("wallet_import", TableKind.Store);

    /// <summary>True where this is the first file of the operation, or the same as the first.</summary>
    public Task<bool> IsSameAsync(Guid organisationId, OperationId operation, Digest file, DateTimeOffset now, CancellationToken cancellationToken) =>
        StoreFailure.ReadAsync(async () =>
        {
            await using var command = database.Queries.CreateCommand(
                """
                INSERT INTO wallet_import AS i (org_id, operation_id, digest, started_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (org_id, operation_id) DO UPDATE SET started_at = i.started_at
                RETURNING digest
                """);
            command.Parameters.Add(Value(organisationId));
            command.Parameters.Add(Value(operation.Value));
            command.Parameters.Add(Value(file.ToArray()));
            command.Parameters.Add(Value(now.UtcDateTime));
            return Digest.Read((byte[])(await command.ExecuteScalarAsync(cancellationToken))!).Matches(file);
        });
}
