using Npgsql;
using Platform.Grains.Common.Journal;

namespace Platform.Storage.Journal;

/// <summary>Finds out, by reading, what stands in the way of a batch, or what became of one whose answer was lost.</summary>
internal sealed class AppendResolver(NpgsqlDataSource database)
{
    private const string Sql =
        """
        SELECT i.ordinal, j.version, j.command_hash, j.reply::text, j.at, r.command_hash, r.error::text, r.at,
               (SELECT max(h.version) FROM journal h WHERE h.org_id = i.org_id AND h.entity_id = i.entity_id)
        FROM unnest($1, $2, $3) WITH ORDINALITY AS i (org_id, entity_id, operation_id, ordinal)
        LEFT JOIN journal j ON j.org_id = i.org_id AND j.entity_id = i.entity_id AND j.operation_id = i.operation_id
        LEFT JOIN refusal r ON r.org_id = i.org_id AND r.entity_id = i.entity_id AND r.operation_id = i.operation_id
        ORDER BY i.ordinal
        """;

    /// <summary>
    /// Completes and removes every append whose outcome follows from what is stored; what remains may be written.
    /// With <paramref name="uncertain"/> a row may be our own, of an attempt whose answer was lost.
    /// </summary>
    public async Task ResolveAsync(List<QueuedAppend> batch, bool uncertain)
    {
        var found = await ReadAsync(batch);
        var heads = new Dictionary<EntityKey, long>();
        var resolved = new HashSet<QueuedAppend>();
        for (var i = 0; i < batch.Count; i++)
        {
            var append = batch[i].Append;
            var head = heads.GetValueOrDefault(append.Key, found[i].Head);
            if (OutcomeOf(append, found[i], head, uncertain) is { } outcome)
            {
                batch[i].Complete(outcome);
                resolved.Add(batch[i]);
            }
            else if (!append.Refusal && !append.Chain.IsBroken)
            {
                heads[append.Key] = append.Version;
            }
        }

        batch.RemoveAll(resolved.Contains);
    }

    private static AppendOutcome? OutcomeOf(Append append, Found found, long head, bool uncertain)
    {
        if (found.Operation is { } stored)
        {
            var ours = uncertain && stored.Refused == append.Refusal && found.At == append.At.UtcDateTime &&
                (append.Refusal || found.Version == append.Version);
            return ours ? AppendOutcome.Committed : new AppendOutcome(AppendResult.Duplicate, stored);
        }

        var taken = append.Refusal ? head != append.Version : head >= append.Version;
        return taken && !append.Chain.IsBroken ? new AppendOutcome(AppendResult.Conflict) : null;
    }

    private async Task<Found[]> ReadAsync(List<QueuedAppend> batch)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var statements = new NpgsqlBatch(connection);
        var command = new NpgsqlBatchCommand(Sql);
        command.AddArray(batch, queued => queued.Append.Key.OrganisationId);
        command.AddArray(batch, queued => queued.Append.Key.Id);
        command.AddArray(batch, queued => queued.Append.Operation.Value);
        statements.BatchCommands.Add(command);
        var found = new Found[batch.Count];
        await using var reader = await statements.ExecuteReaderAsync();
        for (var i = 0; await reader.ReadAsync(); i++)
        {
            var head = reader.IsDBNull(8) ? 0 : reader.GetInt64(8);
            found[i] = (reader.IsDBNull(1), reader.IsDBNull(5)) switch
            {
                (false, _) => new(new(reader.GetGuid(2), reader.GetString(3), false), reader.GetInt64(1), reader.GetDateTime(4), head),
                (_, false) => new(new(reader.GetGuid(5), reader.GetString(6), true), 0, reader.GetDateTime(7), head),
                _ => new(null, 0, default, head),
            };
        }

        return found;
    }

    private readonly record struct Found(StoredOperation? Operation, long Version, DateTime At, long Head);
}
