using System.Data;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// Writes one batch after another, each in one transaction. It has a thread of its own and waits for the server on it: the
/// answer to a batch, on which many calls wait, never queues behind other work.
/// </summary>
internal sealed partial class CommitLane
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly CommitQueue _queue;
    private readonly NpgsqlDataSource _database;
    private readonly JournalBatch _batches;
    private readonly LaneStatements _statements;
    private readonly AppendResolver _resolver;
    private readonly JournalSignal _signal;
    private readonly StoreContact _contact;
    private readonly JournalWriterOptions _options;
    private readonly ILogger _logger;
    private readonly Action<string> _declaredDead;
    private readonly Task _loop;
    private volatile bool _uncertain;
    private NpgsqlConnection? _connection;

    public CommitLane(
        CommitQueue queue, NpgsqlDataSource database, JournalBatch batches, AppendResolver resolver, JournalSignal signal, StoreContact contact,
        JournalWriterOptions options, ILogger logger, Action<string> declaredDead)
    {
        _queue = queue;
        _database = database;
        _batches = batches;
        _statements = new LaneStatements(Math.Max(1, options.MaxMixtures));
        _resolver = resolver;
        _signal = signal;
        _contact = contact;
        _options = options;
        _logger = logger;
        _declaredDead = declaredDead;
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public bool IsUncertain => _uncertain;

    /// <summary>Ends once the queue is closed and empty.</summary>
    public Task Ended => _loop;

    public void DeclareDead(Exception exception) => _declaredDead($"This silo was declared dead by the cluster: {exception.Message}");

    private void Run()
    {
        var batch = new List<QueuedAppend>();
        var entities = new List<EntityKey>();
        while (_queue.Take(batch))
        {
            entities.AddRange(batch.Select(queued => queued.Append.Key));
            Commit(batch);
            _uncertain = false;
            _queue.Release(entities);
            batch.Clear();
            entities.Clear();
        }

        LetGo();
    }

    private bool IsLost => _connection is { State: not ConnectionState.Open };

    // One connection for as long as it works: the pool hands out its idle ones in turn, and each server process that takes part
    // has plans and caches of its own.
    private void Connect()
    {
        if (IsLost)
        {
            LetGo(); // The server went away while nothing was written, and the driver has noticed.
        }

        _connection ??= _database.OpenConnection();
    }

    private void LetGo()
    {
        if (_connection is { } held)
        {
            _connection = null;
            _statements.Forget(held);
            held.Dispose();
        }
    }

    /// <summary>
    /// Gives every append of the batch an outcome. The batch is closed before its transaction begins: the order of transaction
    /// ids and positions rests on that.
    /// </summary>
    private void Commit(List<QueuedAppend> batch)
    {
        var began = Stopwatch.GetTimestamp();
        var pause = FirstPause;
        var uncertain = false;
        Exception? obstacle = null;
        while (true)
        {
            var sent = false;
            var asked = Stopwatch.GetTimestamp();
            try
            {
                if (!Clear(batch, uncertain, obstacle))
                {
                    return;
                }

                obstacle = null;
                Connect();
                (sent, asked) = (true, Stopwatch.GetTimestamp());
                using var span = JournalTraces.Commit(batch);
                _batches.Execute(_connection!, _statements, batch);
                _contact.Answered(asked);
                Committed(batch, began);
                return;
            }
            catch (Exception exception)
            {
                var error = StoreErrors.Classify(exception);
                if (exception is InvalidOperationException && IsLost)
                {
                    error = StoreError.Outage; // Lost between two batches; the driver complains about its own state.
                }

                if (error is not (StoreError.Conflict or StoreError.Retry))
                {
                    LetGo();
                }

                switch (error)
                {
                    case StoreError.Conflict:
                        _contact.Answered(asked);
                        obstacle = exception;
                        break;
                    case StoreError.Retry:
                        break;
                    case StoreError.Rejection:
                        Split(batch, exception);
                        return;
                    case StoreError.SiloDead:
                        DeclareDead(exception);
                        Complete(batch, new AppendOutcome(AppendResult.Unknown));
                        return;
                    case StoreError.Unexpected when sent:
                        // Perhaps a command that the driver cannot send. Look whether the batch is there, then halve it.
                        uncertain = true;
                        obstacle = exception;
                        LogOutage(_logger, exception.GetType().Name, batch.Count, uncertain); // Its message may quote a row.
                        break;
                    default:
                        _uncertain = uncertain |= sent;
                        GiveUpTheOld(batch, uncertain, began);
                        LogOutage(_logger, exception.Message, batch.Count, uncertain);
                        Thread.Sleep(pause); // Nothing tells when a server is back: it is asked again.
                        pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                        break;
                }
            }
        }
    }

    /// <summary>
    /// Takes out what must not be sent (again): what stands on a failed append, and, after a conflict or a lost answer,
    /// what is already decided in the journal. False where nothing is left to send.
    /// </summary>
    private bool Clear(List<QueuedAppend> batch, bool uncertain, Exception? obstacle)
    {
        Supersede(batch);
        if (batch.Count > 0 && (uncertain || obstacle is not null))
        {
            var before = batch.Count;
            var asked = Stopwatch.GetTimestamp();
            var found = _resolver.Find(batch);
            _contact.Answered(asked);
            _uncertain = false; // Before anybody is answered: who has an outcome must not be told that it is unknown.
            AppendResolver.Resolve(batch, found, uncertain);
            Supersede(batch);
            if (obstacle is not null && batch.Count == before)
            {
                // Neither a version nor an operation is in the way: a constraint of a read model is.
                Split(batch, obstacle);
                return false;
            }
        }

        return batch.Count > 0;
    }

    private void Committed(List<QueuedAppend> batch, long began)
    {
        foreach (var queued in batch)
        {
            queued.Complete(AppendOutcome.Committed);
        }

        foreach (var partition in batch.Select(queued => JournalPartition.Of(queued.Append.Key.OrganisationId)).Distinct())
        {
            _signal.Raise(partition);
        }

        JournalMeter.BatchSize.Record(batch.Count);
        JournalMeter.CommitSeconds.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>Finds the one append that the store will not take: halves, in order, until it stands alone.</summary>
    private void Split(List<QueuedAppend> batch, Exception? reason)
    {
        if (batch.Count == 1)
        {
            Rejection.Log(_logger, reason, batch[0].Append.EntityType);
            JournalMeter.Rejected.Add(1);
            Complete(batch, new AppendOutcome(AppendResult.Rejected));
            return;
        }

        Commit(batch[..(batch.Count / 2)]);
        Commit(batch[(batch.Count / 2)..]);
    }

    private static void Supersede(List<QueuedAppend> batch) => Take(batch, queued => queued.Append.Chain.IsBroken, AppendResult.Superseded);

    private void GiveUpTheOld(List<QueuedAppend> batch, bool uncertain, long began)
    {
        if (uncertain)
        {
            if (Stopwatch.GetElapsedTime(began) > _options.MaxUncertainty)
            {
                Complete(batch, new AppendOutcome(AppendResult.Unknown));
            }
        }
        else
        {
            Take(batch, IsOld, AppendResult.Overloaded);
        }

        foreach (var waiting in _queue.TakeOlderThan(_options.MaxAge))
        {
            waiting.Complete(new AppendOutcome(AppendResult.Overloaded));
        }
    }

    private bool IsOld(QueuedAppend queued) => Stopwatch.GetElapsedTime(queued.EnqueuedAt) > _options.MaxAge;

    private static void Complete(List<QueuedAppend> batch, AppendOutcome outcome)
    {
        foreach (var queued in batch)
        {
            queued.Complete(outcome);
        }

        batch.Clear();
    }

    private static void Take(List<QueuedAppend> batch, Func<QueuedAppend, bool> which, AppendResult result) =>
        batch.RemoveAll(queued =>
        {
            if (!which(queued))
            {
                return false;
            }

            queued.Complete(new AppendOutcome(result));
            return true;
        });

    [LoggerMessage(3, LogLevel.Warning, "The store did not answer ({Reason}) for a batch of {Count}; it may be committed: {Uncertain}.")]
    private static partial void LogOutage(ILogger logger, string reason, int count, bool uncertain);
}
