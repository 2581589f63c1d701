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
    private readonly CommitQueue _queue;
    private readonly NpgsqlDataSource _database;
    private readonly AppendBatch _batches;
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
        CommitQueue queue, NpgsqlDataSource database, AppendBatch batches, AppendResolver resolver, JournalSignal signal,
        StoreContact contact, JournalWriterOptions options, ILogger logger, Action<string> declaredDead)
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
        var course = new CommitCourse();
        while (Try(batch, course) is { } failure)
        {
            switch (failure.Error)
            {
                case StoreError.Conflict:
                    course.Obstacle = failure.Exception; // The next try looks what it is.
                    break;
                case StoreError.Retry:
                    break;
                case StoreError.Rejection:
                    Split(batch, failure.Exception);
                    return;
                case StoreError.SiloDead:
                    DeclareDead(failure.Exception);
                    batch.Complete(AppendResult.Unknown);
                    return;
                case StoreError.Unexpected:
                    Suspect(batch, course, failure.Exception);
                    break;
                default:
                    AwaitStore(batch, course, failure);
                    break;
            }
        }
    }

    /// <summary>
    /// One try: takes out what must not be sent (again), then sends the rest in one transaction. Null once every append has an outcome;
    /// else what has gone wrong with those that are left.
    /// </summary>
    private CommitFailure? Try(List<QueuedAppend> batch, CommitCourse course)
    {
        var sent = false;
        var asked = Stopwatch.GetTimestamp();
        try
        {
            Supersede(batch);
            if (batch.Count > 0 && course.MustLook && !TakeOutDecided(batch, course))
            {
                // Neither a version nor an operation is in the way: a constraint of a read model is.
                return new CommitFailure(StoreError.Rejection, course.Obstacle!, sent);
            }

            if (batch.Count > 0)
            {
                course.Obstacle = null;
                Connect();
                (sent, asked) = (true, Stopwatch.GetTimestamp());
                using var span = JournalTraces.Commit(batch);
                _batches.Execute(_connection!, _statements, batch);
                _contact.Answered(asked);
                Committed(batch, course.Began);
            }

            return null;
        }
        catch (Exception exception)
        {
            return Failed(exception, sent, asked);
        }
    }

    private CommitFailure Failed(Exception exception, bool sent, long asked)
    {
        var error = StoreErrors.Classify(exception);
        if (exception is InvalidOperationException && IsLost)
        {
            error = StoreError.Outage; // Lost between two batches; the driver complains about its own state.
        }
        else if (error == StoreError.Unexpected && !sent)
        {
            error = StoreError.Outage; // The batch cannot be the reason.
        }

        if (error == StoreError.Conflict)
        {
            _contact.Answered(asked);
        }
        else if (error != StoreError.Retry)
        {
            LetGo();
        }

        return new CommitFailure(error, exception, sent);
    }

    /// <summary>
    /// After a conflict or a lost answer: completes what is already decided in the journal. False if there was an obstacle and nothing
    /// that was found explains it.
    /// </summary>
    private bool TakeOutDecided(List<QueuedAppend> batch, CommitCourse course)
    {
        var before = batch.Count;
        var asked = Stopwatch.GetTimestamp();
        var found = _resolver.Find(batch);
        _contact.Answered(asked);
        _uncertain = false; // Before anybody is answered: who has an outcome must not be told that it is unknown.
        AppendResolver.Resolve(batch, found, course.Uncertain);
        Supersede(batch);
        return course.Obstacle is null || batch.Count < before;
    }

    /// <summary>
    /// The driver failed, perhaps on a command that it cannot send. The next try looks whether the batch is there, then halves it.
    /// </summary>
    private void Suspect(List<QueuedAppend> batch, CommitCourse course, Exception exception)
    {
        course.Uncertain = true;
        course.Obstacle = exception;
        LogOutage(_logger, exception.GetType().Name, batch.Count, course.Uncertain); // Its message may quote a row.
    }

    /// <summary>The store does not answer. Nothing tells when it is back, so it is asked again after a pause.</summary>
    private void AwaitStore(List<QueuedAppend> batch, CommitCourse course, CommitFailure failure)
    {
        _uncertain = course.Uncertain |= failure.Sent;
        GiveUpTheOld(batch, course);
        LogOutage(_logger, failure.Exception.Message, batch.Count, course.Uncertain);
        Thread.Sleep(course.NextPause());
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
    private void Split(List<QueuedAppend> batch, Exception reason)
    {
        if (batch.Count == 1)
        {
            Rejection.Log(_logger, reason, batch[0].Append.EntityType);
            JournalMeter.Rejected.Add(1);
            batch.Complete(AppendResult.Rejected);
            return;
        }

        Commit(batch[..(batch.Count / 2)]);
        Commit(batch[(batch.Count / 2)..]);
    }

    private static void Supersede(List<QueuedAppend> batch) =>
        batch.Complete(queued => queued.Append.Chain.IsBroken, AppendResult.Superseded);

    private void GiveUpTheOld(List<QueuedAppend> batch, CommitCourse course)
    {
        if (!course.Uncertain)
        {
            batch.Complete(queued => Stopwatch.GetElapsedTime(queued.EnqueuedAt) > _options.MaxAge, AppendResult.Overloaded);
        }
        else if (Stopwatch.GetElapsedTime(course.Began) > _options.MaxUncertainty)
        {
            batch.Complete(AppendResult.Unknown);
        }

        _queue.TakeOlderThan(_options.MaxAge).Complete(AppendResult.Overloaded);
    }

    [LoggerMessage(3, LogLevel.Warning, "The store did not answer ({Reason}) for a batch of {Count}; it may be committed: {Uncertain}.")]
    private static partial void LogOutage(ILogger logger, string reason, int count, bool uncertain);
}
