using System.Data;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// Writes one batch after another, each in one transaction. It blocks a thread of its own while it waits for the server, so that the
/// answer to a batch, for which many calls wait, never queues behind other work on the thread pool.
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

    /// <summary>Completes when the queue is closed and empty.</summary>
    public Task Ended => _loop;

    public void DeclareDead(Exception exception) => _declaredDead($"The cluster declared this silo dead: {exception.Message}");

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

        Disconnect();
    }

    private bool IsLost => _connection is { State: not ConnectionState.Open };

    // Keeps one connection while it works: the pool rotates idle connections, and each server process would need its own plans
    // and caches.
    private void Connect()
    {
        if (IsLost)
        {
            Disconnect(); // The connection broke between two batches, and the driver noticed.
        }

        _connection ??= _database.OpenConnection();
    }

    private void Disconnect()
    {
        if (_connection is { } held)
        {
            _connection = null;
            _statements.Forget(held);
            held.Dispose();
        }
    }

    /// <summary>
    /// Gives every append of the batch an outcome. The batch must be complete before its transaction begins: the order of transaction
    /// ids and positions depends on that.
    /// </summary>
    private void Commit(List<QueuedAppend> batch)
    {
        var progress = new CommitProgress();
        while (Try(batch, progress) is { } failure)
        {
            switch (failure.Error)
            {
                case StoreError.Conflict:
                    progress.RollbackCause = failure.Exception; // The next try finds the reason.
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
                    HandleUnexpected(batch, progress, failure.Exception);
                    break;
                default:
                    WaitForStore(batch, progress, failure);
                    break;
            }
        }
    }

    /// <summary>
    /// Removes the appends that must not be sent, or not again, and sends the others in one transaction. Returns null if every append
    /// has an outcome, otherwise the error of the remaining ones.
    /// </summary>
    private CommitFailure? Try(List<QueuedAppend> batch, CommitProgress progress)
    {
        var sent = false;
        var asked = Stopwatch.GetTimestamp();
        try
        {
            Supersede(batch);
            if (batch.Count > 0 && progress.MustReadJournal && !CompleteDecided(batch, progress))
            {
                // No version or operation conflicts, so a constraint of a read model does.
                return new CommitFailure(StoreError.Rejection, progress.RollbackCause!, sent);
            }

            if (batch.Count > 0)
            {
                progress.RollbackCause = null;
                Connect();
                (sent, asked) = (true, Stopwatch.GetTimestamp());
                using var span = JournalTraces.StartCommit(batch);
                _batches.Execute(_connection!, _statements, batch);
                _contact.Answered(asked);
                Committed(batch, progress.Began);
            }

            return null;
        }
        catch (Exception exception)
        {
            return ToFailure(exception, sent, asked);
        }
    }

    private CommitFailure ToFailure(Exception exception, bool sent, long asked)
    {
        var error = StoreErrors.Classify(exception);
        if (exception is InvalidOperationException && IsLost)
        {
            error = StoreError.Outage; // Lost between two batches; the driver reports its own state.
        }
        else if (error == StoreError.Unexpected && !sent)
        {
            error = StoreError.Outage; // The batch cannot be the cause.
        }

        if (error == StoreError.Conflict)
        {
            _contact.Answered(asked);
        }
        else if (error != StoreError.Retry)
        {
            Disconnect();
        }

        return new CommitFailure(error, exception, sent);
    }

    /// <summary>
    /// After a conflict or a lost answer: completes the appends that are already decided in the journal. Returns false if the journal
    /// does not explain the last rollback.
    /// </summary>
    private bool CompleteDecided(List<QueuedAppend> batch, CommitProgress progress)
    {
        var before = batch.Count;
        var asked = Stopwatch.GetTimestamp();
        var found = _resolver.Find(batch);
        _contact.Answered(asked);
        _uncertain = false; // Before any append completes: its caller has an outcome and must not see it as unknown.
        AppendResolver.Resolve(batch, found, progress.Uncertain);
        Supersede(batch);
        return progress.RollbackCause is null || batch.Count < before;
    }

    /// <summary>
    /// The driver failed, perhaps on a command that it cannot send. The next try checks whether the batch is stored, then splits it.
    /// </summary>
    private void HandleUnexpected(List<QueuedAppend> batch, CommitProgress progress, Exception exception)
    {
        progress.Uncertain = true;
        progress.RollbackCause = exception;
        LogOutage(_logger, exception.GetType().Name, batch.Count, progress.Uncertain); // Its message may quote a row.
    }

    /// <summary>The store does not answer. Waits before the next try.</summary>
    private void WaitForStore(List<QueuedAppend> batch, CommitProgress progress, CommitFailure failure)
    {
        _uncertain = progress.Uncertain |= failure.Sent;
        CompleteExpired(batch, progress);
        LogOutage(_logger, failure.Exception.Message, batch.Count, progress.Uncertain);
        Thread.Sleep(progress.NextPause());
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

    /// <summary>Finds the one append that the store rejects, by halving the batch in order.</summary>
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

    private void CompleteExpired(List<QueuedAppend> batch, CommitProgress progress)
    {
        if (!progress.Uncertain)
        {
            batch.Complete(queued => Stopwatch.GetElapsedTime(queued.EnqueuedAt) > _options.MaxAge, AppendResult.Overloaded);
        }
        else if (Stopwatch.GetElapsedTime(progress.Began) > _options.MaxUncertainty)
        {
            batch.Complete(AppendResult.Unknown);
        }

        _queue.TakeOlderThan(_options.MaxAge).Complete(AppendResult.Overloaded);
    }

    [LoggerMessage(3, LogLevel.Warning, "The store did not answer ({Reason}) for a batch of {Count}; may be committed: {Uncertain}.")]
    private static partial void LogOutage(ILogger logger, string reason, int count, bool uncertain);
}
