using Npgsql;
using NpgsqlTypes;
using Platform.Grains.Common.Journal;
using Platform.Storage.ReadModels;

namespace Platform.Storage.Journal;

/// <summary>Turns appends into the statements of one transaction: journal, refusals, read models, all or nothing.</summary>
internal sealed class JournalBatch(ReadModelWriters readModels, SiloIdentity? silo)
{
    /// <summary>Npgsql sends the batch with one sync, so that Postgres runs it as one transaction in one round trip.</summary>
    public void Execute(NpgsqlConnection connection, IReadOnlyList<QueuedAppend> appends)
    {
        using var batch = new NpgsqlBatch(connection);
        AddFence(batch);
        var accepted = appends.Where(queued => !queued.Append.Refusal).Select(queued => queued.Append)
            .OrderBy(append => append.Key.OrganisationId).ThenBy(append => append.Key.Id).ThenBy(append => append.Version).ToArray();
        if (accepted.Length > 0)
        {
            batch.BatchCommands.Add(Accept(accepted));
        }

        var refused = appends.Where(queued => queued.Append.Refusal).Select(queued => queued.Append).ToArray();
        if (refused.Length > 0)
        {
            batch.BatchCommands.Add(Refuse(refused, accepted));
        }

        readModels.AddTo(batch, accepted.SelectMany(append => append.Rows));
        batch.Prepare();
        batch.ExecuteNonQuery();
    }

    /// <summary>Asks whether this silo is still a member; part of every batch, and a heartbeat on its own.</summary>
    public void Ping(NpgsqlConnection connection)
    {
        using var batch = new NpgsqlBatch(connection);
        AddFence(batch);
        if (batch.BatchCommands.Count == 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT 1"));
        }

        batch.ExecuteNonQuery();
    }

    private void AddFence(NpgsqlBatch batch)
    {
        if (silo is null)
        {
            return;
        }

        var command = new NpgsqlBatchCommand("SELECT journal_fence($1, $2, $3, $4)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = silo.ClusterId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = silo.Address });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = silo.Port });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = silo.Generation });
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlBatchCommand Accept(Append[] appends)
    {
        // Money is not audited here: what it would cost is not paid by the batches of charges.
        var audited = Array.Exists(appends, append => append.Origin is not null);
        var command = new NpgsqlBatchCommand(audited
            ? "SELECT journal_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            : "SELECT journal_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
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

        var command = new NpgsqlBatchCommand("SELECT journal_refuse($1, $2, $3, $4, $5, $6, $7, $8)");
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
