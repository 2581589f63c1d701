using System.Data;
using Npgsql;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// Sends what a batch is made of, and bounds what the connection of its lane keeps prepared. A mixture of rows that comes often is one
/// statement (<see cref="MergedStatements"/>). There may be two to the power of the tables of them, so a few are kept; any other goes as
/// its parts, one statement a table, in one round trip and one transaction all the same.
/// </summary>
internal sealed class LaneStatements(int most)
{
    // So that a mixture which comes once does not push out one that comes always.
    private const int OftenFrom = 4;
    private const int RememberedForEachKept = 4;

    private readonly RecentlyUsed<Mixture, NpgsqlCommand> _kept = new(most);
    private readonly RecentlyUsed<Mixture, int> _seen = new(most * RememberedForEachKept);
    private readonly Dictionary<Mixture, string> _calls = []; // With or without accepted ones, audited ones and refusals: a handful.
    private NpgsqlConnection? _connection;

    /// <summary>All or nothing. The calls are made first, in their order.</summary>
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
            whole.Prepare(); // Finds that it is.
            whole.ExecuteNonQuery();
        }
        else if (ComesOften(mixture))
        {
            Keep(mixture, Statement(MergedStatements.Merge(calls, inserts), [.. calls, .. inserts]));
        }
        else
        {
            ExecuteParts(calls, inserts);
        }
    }

    /// <summary>Before the connection goes back to the pool, where nobody would know what it has prepared.</summary>
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
            // It is lost, and all that it had with it.
        }
    }

    private void Keep(Mixture mixture, NpgsqlCommand statement)
    {
        if (_kept.IsFull)
        {
            using var given = _kept.TakeOldest();
            given.Unprepare();
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
            statement.Parameters.Clear(); // It is kept to be unprepared; the rows need not be.
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

    private bool ComesOften(Mixture mixture)
    {
        var times = _seen.TryGet(mixture, out var before) ? before + 1 : 1;
        _seen.Put(mixture, times);
        return times >= OftenFrom;
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
