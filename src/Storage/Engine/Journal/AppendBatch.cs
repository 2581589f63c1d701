using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.Journal;

/// <summary>Turns appends into the statements of one transaction: fence, journal, refusals, read models.</summary>
internal sealed class AppendBatch(ReadModelWriters readModels, SiloIdentity? silo)
{
    internal static readonly Table Journal = new("journal", TableKind.Evidence);
    internal static readonly Table Refusals = new("refusal", TableKind.Evidence);

    public void Execute(NpgsqlConnection connection, LaneStatements statements, IReadOnlyList<QueuedAppend> appends)
    {
        var calls = new List<NpgsqlBatchCommand>(3);
        if (silo is not null)
        {
            calls.Add(Fence(silo));
        }

        var accepted = appends.Where(queued => !queued.Append.Refusal).Select(queued => queued.Append)
            .OrderBy(append => append.Key.OrganisationId).ThenBy(append => append.Key.Id).ThenBy(append => append.Version).ToArray();
        if (accepted.Length > 0)
        {
            calls.Add(Accept(accepted));
        }

        var refused = appends.Where(queued => queued.Append.Refusal).Select(queued => queued.Append).ToArray();
        if (refused.Length > 0)
        {
            calls.Add(Refuse(refused, accepted));
        }

        statements.Execute(connection, calls, readModels.Write(accepted.SelectMany(append => append.Rows)));
    }

    /// <summary>Checks that this silo is still a member. Every batch includes this check; alone it is a heartbeat.</summary>
    public void Ping(NpgsqlConnection connection)
    {
        NpgsqlBatchCommand[] fence = silo is null ? [] : [Fence(silo)];
        using var statement = new NpgsqlCommand(silo is null ? "SELECT 1" : MergedStatements.Merge(fence, []), connection);
        MergedStatements.Move(fence, statement.Parameters);
        statement.ExecuteNonQuery();
    }

    private static NpgsqlBatchCommand Fence(SiloIdentity silo)
    {
        var command = new NpgsqlBatchCommand("journal_fence($1, $2, $3, $4)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = silo.ClusterId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = silo.Address });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = silo.Port });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = silo.Generation });
        return command;
    }

    private static NpgsqlBatchCommand Accept(Append[] appends)
    {
        // Commands that move money are not audited, so their batches need not send the origin column.
        var audited = Array.Exists(appends, append => append.Origin is not null);
        var command = new NpgsqlBatchCommand(audited
            ? "journal_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            : "journal_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
        command.AddArray(appends, append => JournalPartition.Of(append.Key.OrganisationId));
        command.AddArray(appends, append => append.Key.OrganisationId);
        command.AddArray(appends, append => append.EntityType);
        command.AddArray(appends, append => append.Key.Id);
        command.AddArray(appends, append => append.Version);
        command.AddArray(appends, append => append.Operation.Value);
        command.AddArray(appends, append => append.CommandHash);
        command.AddArray(appends, append => append.ActorId);
        command.AddArray(appends, append => append.At.UtcDateTime);
        command.AddArray(appends, append => append.Events, NpgsqlDbType.Json);
        command.AddArray(appends, append => append.Reply, NpgsqlDbType.Json);
        if (audited)
        {
            command.AddArray(appends, append => append.Origin, NpgsqlDbType.Json);
        }

        return command;
    }

    private static NpgsqlBatchCommand Refuse(Append[] refused, Append[] accepted)
    {
        var ceilings = new Dictionary<EntityKey, long>();
        foreach (var append in accepted)
        {
            ceilings[append.Key] = append.Version;
        }

        var command = new NpgsqlBatchCommand("journal_refuse($1, $2, $3, $4, $5, $6, $7, $8)");
        command.AddArray(refused, append => append.Key.OrganisationId);
        command.AddArray(refused, append => append.Key.Id);
        command.AddArray(refused, append => append.Operation.Value);
        command.AddArray(refused, append => append.CommandHash);
        command.AddArray(refused, append => append.Version);
        command.AddArray(refused, append => Math.Max(append.Version, ceilings.GetValueOrDefault(append.Key)));
        command.AddArray(refused, append => append.At.UtcDateTime);
        command.AddArray(refused, append => append.Reply, NpgsqlDbType.Jsonb);
        return command;
    }
}
