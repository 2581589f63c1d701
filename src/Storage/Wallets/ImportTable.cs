using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Tables;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Wallets;

/// <summary>Stores the digest of an import's file and, once it has ended, its report. The booked rows are in the ledger.</summary>
[Singleton]
public sealed class ImportTable(PlatformDatabase database)
{
    internal static readonly Table Table = new("wallet_import", TableKind.Store);

    /// <summary>
    /// Registers the file of an import. IsSame is false if the operation was used with another file; Report is set if it has ended.
    /// </summary>
    public Task<(bool IsSame, string? Report)> BeginAsync(
        Guid organisationId, OperationId operation, Digest file, DateTimeOffset now, CancellationToken cancellationToken) =>
        StoreFailure.ReadAsync(async () =>
        {
            await using var command = database.Queries.CreateCommand(
                """
                INSERT INTO wallet_import AS i (org_id, operation_id, digest, started_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (org_id, operation_id) DO UPDATE SET started_at = i.started_at
                RETURNING digest, report
                """);
            command.Parameters.Add(Value(organisationId));
            command.Parameters.Add(Value(operation.Value));
            command.Parameters.Add(Value(file.ToArray()));
            command.Parameters.Add(Value(now.UtcDateTime));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return (Digest.Read(reader.GetFieldValue<byte[]>(0)).Matches(file), reader.Text(1));
        });

    /// <summary>Stores the report of an import and returns the stored one, which is the first if two attempts end at once.</summary>
    public async Task<string> EndAsync(Guid organisationId, OperationId operation, string report, CancellationToken cancellationToken)
    {
        var kept = await database.ListAsync(
            "UPDATE wallet_import SET report = coalesce(report, $3) WHERE org_id = $1 AND operation_id = $2 RETURNING report",
            [Value(organisationId), Value(operation.Value), Value(report)],
            reader => reader.GetString(0),
            cancellationToken);
        return kept.Count == 0 ? report : kept[0];
    }
}
