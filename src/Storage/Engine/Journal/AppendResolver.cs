using System.Runtime.InteropServices;
using Npgsql;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Journal;

/// <summary>Reads the journal to find out why a batch conflicts, or whether one was committed whose answer was lost.</summary>
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

    /// <summary>Finds the stored operation of each append, and the version of its entity.</summary>
    public Found[] Find(List<QueuedAppend> batch)
    {
        using var connection = database.OpenConnection();
        using var statements = new NpgsqlBatch(connection);
        var command = new NpgsqlBatchCommand(Sql);
        var rows = CollectionsMarshal.AsSpan(batch);
        command.AddArray(rows, queued => queued.Append.Key.OrganisationId);
        command.AddArray(rows, queued => queued.Append.Key.Id);
        command.AddArray(rows, queued => queued.Append.Operation.Value);
        statements.BatchCommands.Add(command);
        var found = new Found[batch.Count];
        using var reader = statements.ExecuteReader();
        for (var i = 0; reader.Read(); i++)
        {
            var head = reader.IsDBNull(8) ? 0 : reader.GetInt64(8);
            found[i] = (reader.IsDBNull(1), reader.IsDBNull(5)) switch
            {
                (false, _) => new(new(reader.GetGuid(2), reader.Text(3), false, reader.GetInt64(1)), reader.GetDateTime(4), head),
                (_, false) => new(new(reader.GetGuid(5), reader.GetString(6), true, 0), reader.GetDateTime(7), head),
                _ => new(null, default, head),
            };
        }

        return found;
    }

    /// <summary>
    /// Completes and removes every append whose outcome is known from what was found; the others may be written.
    /// If <paramref name="uncertain"/>, a row may be our own, from an attempt whose answer was lost.
    /// </summary>
    public static void Resolve(List<QueuedAppend> batch, Found[] found, bool uncertain)
    {
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
                (append.Refusal || stored.Version == append.Version);
            return ours ? AppendOutcome.Committed : new AppendOutcome(AppendResult.Duplicate, stored);
        }

        var taken = append.Refusal ? head != append.Version : head >= append.Version;
        return taken && !append.Chain.IsBroken ? new AppendOutcome(AppendResult.Conflict) : null;
    }

    /// <summary>What the store holds for one append: its operation with its time, and the head version of its entity.</summary>
    public readonly record struct Found(StoredOperation? Operation, DateTime At, long Head);
}
