using System.Data;
using Npgsql;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// Sends a batch, and limits the prepared statements of its lane's connection. A frequent mixture of rows is sent as one statement
/// (<see cref="MergedStatements"/>). With n tables there are 2^n possible mixtures, so only a few are kept; any other is sent as one
/// statement per table, still in one round trip and one transaction.
/// </summary>
internal sealed class LaneStatements(int capacity)
{
    // A rare mixture must not evict a frequent one.
    private const int FrequentFrom = 4;
    private const int CountedPerKept = 4;

    private readonly RecentlyUsed<Mixture, NpgsqlCommand> _kept = new(capacity);
    private readonly RecentlyUsed<Mixture, int> _seen = new(capacity * CountedPerKept);
    private readonly Dictionary<Mixture, string> _calls = []; // Few: with or without accepted, audited and refused commands.
    private NpgsqlConnection? _connection;

    /// <summary>Executes everything in one transaction. The calls come first, in order.</summary>
    public void Execute(NpgsqlConnection connection, IReadOnlyList<NpgsqlBatchCommand> calls, IReadOnlyList<NpgsqlBatchCommand> inserts)
    {
        if (_connection != connection)
        {
            _kept.Clear();
            _connection = connection;
        }

        if (inserts.Count == 0)
        {
            using var alone = Statement(CallsOf(calls), calls);
            alone.Prepare();
            alone.ExecuteNonQuery();
            return;
        }

        var mixture = new Mixture([.. calls.Concat(inserts).Select(part => part.CommandText)]);
        if (_kept.TryGet(mixture, out var known))
        {
            using var whole = Statement(known.CommandText, [.. calls, .. inserts]);
            whole.Prepare(); // Already prepared: this only binds to it.
            whole.ExecuteNonQuery();
        }
        else if (IsFrequent(mixture))
        {
            Keep(mixture, Statement(MergedStatements.Merge(calls, inserts), [.. calls, .. inserts]));
        }
        else
        {
            ExecuteParts(calls, inserts);
        }
    }

    /// <summary>Unprepares everything. Call it before the connection returns to the pool, which does not track its statements.</summary>
    public void Forget(NpgsqlConnection connection)
    {
        _kept.Clear();
        _connection = null;
        if (connection.State != ConnectionState.Open)
        {
            return;
        }

        try
        {
            connection.UnprepareAll();
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // The connection is lost, and its statements with it.
        }
    }

    private void Keep(Mixture mixture, NpgsqlCommand statement)
    {
        if (_kept.IsFull)
        {
            using var evicted = _kept.RemoveOldest();
            evicted.Unprepare();
        }

        statement.Prepare();
        _kept.Put(mixture, statement);
        _seen.Remove(mixture);
        try
        {
            statement.ExecuteNonQuery();
        }
        finally
        {
            statement.Parameters.Clear(); // The command is kept only for unpreparing; its rows need not be.
        }
    }

    private void ExecuteParts(IReadOnlyList<NpgsqlBatchCommand> calls, IReadOnlyList<NpgsqlBatchCommand> inserts)
    {
        using var batch = new NpgsqlBatch(_connection);
        var first = new NpgsqlBatchCommand(CallsOf(calls));
        MergedStatements.Move(calls, first.Parameters);
        batch.BatchCommands.Add(first);
        foreach (var insert in inserts)
        {
            batch.BatchCommands.Add(insert);
        }

        batch.Prepare();
        batch.ExecuteNonQuery();
    }

    private bool IsFrequent(Mixture mixture)
    {
        var times = _seen.TryGet(mixture, out var before) ? before + 1 : 1;
        _seen.Put(mixture, times);
        return times >= FrequentFrom;
    }

    private string CallsOf(IReadOnlyList<NpgsqlBatchCommand> calls)
    {
        var mixture = new Mixture([.. calls.Select(call => call.CommandText)]);
        if (!_calls.TryGetValue(mixture, out var text))
        {
            _calls.Add(mixture, text = MergedStatements.Merge(calls, []));
        }

        return text;
    }

    private NpgsqlCommand Statement(string text, IReadOnlyList<NpgsqlBatchCommand> parts)
    {
        var statement = new NpgsqlCommand(text, _connection);
        MergedStatements.Move(parts, statement.Parameters);
        return statement;
    }
}
