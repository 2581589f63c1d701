using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Ledger;
using Platform.Storage.Audit;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Journal;
using Platform.Storage.Engine.Tables;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Ledger;

/// <summary>A finding of the self-check, and whether the wallet was frozen.</summary>
public sealed record AlertRow(Guid OrganisationId, Guid Id, DateTimeOffset At, LedgerFault Fault, bool Frozen);

/// <summary>Table <c>ledger_alert</c>.</summary>
[Singleton]
public sealed class AlertTable(PlatformDatabase database)
{
    internal static readonly Table Table = new("ledger_alert", TableKind.Store);

    /// <summary>
    /// Adds an alert and its audit entry in one transaction. Returns false if the alert existed; it is then only updated if the wallet was
    /// frozen now.
    /// </summary>
    public Task<bool> AddAsync(AlertRow alert, AuditRow entry, CancellationToken cancellationToken) =>
        StoreFailure.TranslateAsync(async () =>
        {
            await using var connection = await database.Queries.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var added = await InsertAsync(connection, alert, cancellationToken);
            if (added)
            {
                await connection.WriteAsync(AuditQueries.Table, [entry], cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return added;
        });

    /// <summary>Lists alerts before an instant and id, newest first.</summary>
    public Task<IReadOnlyList<AlertRow>> ListAsync(
        Guid organisationId, (DateTimeOffset At, Guid Id)? before, int limit, CancellationToken cancellationToken) => database.ListAsync(
            Table.Select("org_id, id, at, kind, wallet_id, sequence, detail, frozen")
                .Where($"org_id = {organisationId}")
                .Descending("at, id", $"{before?.At}, {before?.Id}")
                .Limit(limit),
            static reader => new AlertRow(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2),
                new LedgerFault(
                    (FaultKind)reader.GetInt16(3), reader.Optional<Guid>(4), reader.Optional<long>(5), reader.GetString(6)),
                reader.GetBoolean(7)),
            cancellationToken);

    private static async Task<bool> InsertAsync(NpgsqlConnection connection, AlertRow alert, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO ledger_alert (org_id, id, at, kind, wallet_id, sequence, detail, frozen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (org_id, id) DO UPDATE SET frozen = true WHERE NOT ledger_alert.frozen AND excluded.frozen
            RETURNING xmax = 0
            """,
            connection);
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            Value(alert.OrganisationId), Value(alert.Id), Value(alert.At.UtcDateTime), Value((short)alert.Fault.Kind),
            Optional(alert.Fault.WalletId, NpgsqlDbType.Uuid), Optional(alert.Fault.Sequence, NpgsqlDbType.Bigint),
            Value(alert.Fault.Detail), Value(alert.Frozen),
        ]);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
