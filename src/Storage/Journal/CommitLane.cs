using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Grains.Common.Journal;

namespace Platform.Storage.Journal;

/// <summary>One queue with one transaction in flight. Appends of one entity share a lane and so keep their order.</summary>
internal sealed partial class CommitLane
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly NpgsqlDataSource _database;
    private readonly JournalBatch _statements;
    private readonly AppendResolver _resolver;
    private readonly JournalSignal _signal;
    private readonly StoreContact _contact;
    private readonly JournalWriterOptions _options;
    private readonly ILogger _logger;
    private readonly Action<string> _declaredDead;
    private readonly Channel<QueuedAppend> _queue = Channel.CreateUnbounded<QueuedAppend>(new() { SingleReader = true });
    private readonly Task _loop;
    private int _queued;
    private volatile bool _uncertain;

    public CommitLane(
        NpgsqlDataSource database, JournalBatch statements, AppendResolver resolver, JournalSignal signal, StoreContact contact,
        JournalWriterOptions options, ILogger logger, Action<string> declaredDead)
    {
        _database = database;
        _statements = statements;
        _resolver = resolver;
        _signal = signal;
        _contact = contact;
        _options = options;
        _logger = logger;
        _declaredDead = declaredDead;
        _loop = Task.Run(RunAsync);
    }

    public int Queued => Volatile.Read(ref _queued);

    public bool IsUncertain => _uncertain;

    public bool TryEnqueue(QueuedAppend queued)
    {
        if (Interlocked.Increment(ref _queued) <= _options.MaxQueued && _queue.Writer.TryWrite(queued))
        {
            return true;
        }

        Interlocked.Decrement(ref _queued);
        return false;
    }

    public Task DrainAsync()
    {
        _queue.Writer.TryComplete();
        return _loop;
    }

    public void DeclareDead(Exception exception) => _declaredDead($"This silo was declared dead by the cluster: {exception.Message}");

    private async Task RunAsync()
    {
        var batch = new List<QueuedAppend>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            Fill(batch);
            await CommitAsync(batch);
            _uncertain = false;
            batch.Clear();
        }
    }

    // The batch is closed before its transaction begins: the order of transaction ids and positions rests on that.
    private void Fill(List<QueuedAppend> batch)
    {
        var bytes = 0;
        while (batch.Count < _options.MaxBatchCount && bytes < _options.MaxBatchBytes && _queue.Reader.TryRead(out var queued))
        {
            Interlocked.Decrement(ref _queued);
            bytes += queued.Bytes;
            batch.Add(queued);
        }
    }

    /// <summary>Gives every append of the batch an outcome.</summary>
    private async Task CommitAsync(List<QueuedAppend> batch)
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
                if (!await ClearAsync(batch, uncertain, obstacle))
                {
                    return;
                }

                obstacle = null;
                await using var connection = await _database.OpenConnectionAsync();
                (sent, asked) = (true, Stopwatch.GetTimestamp());
                await _statements.ExecuteAsync(connection, batch, CancellationToken.None);
                _contact.Answered(asked);
                Committed(batch, began);
                return;
            }
            catch (Exception exception)
            {
                switch (StoreErrors.Classify(exception))
                {
                    case StoreError.Conflict:
                        _contact.Answered(asked);
                        obstacle = exception;
                        break;
                    case StoreError.Retry:
                        break;
                    case StoreError.Rejection:
                        await SplitAsync(batch, exception);
                        return;
                    case StoreError.SiloDead:
                        DeclareDead(exception);
                        Complete(batch, new AppendOutcome(AppendResult.Unknown));
                        return;
                    case StoreError.Unexpected when sent:
                        // Perhaps a command that the driver cannot send. Look whether the batch is there, then halve it.
                        uncertain = true;
                        obstacle = exception;
                        LogOutage(_logger, exception.Message, batch.Count, uncertain);
                        break;
                    default:
                        _uncertain = uncertain |= sent;
                        GiveUpTheOld(batch, uncertain, began);
                        LogOutage(_logger, exception.Message, batch.Count, uncertain);
                        await Task.Delay(pause);
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
    private async Task<bool> ClearAsync(List<QueuedAppend> batch, bool uncertain, Exception? obstacle)
    {
        Supersede(batch);
        if (batch.Count > 0 && (uncertain || obstacle is not null))
        {
            var before = batch.Count;
            var asked = Stopwatch.GetTimestamp();
            await _resolver.ResolveAsync(batch, uncertain);
            _contact.Answered(asked);
            _uncertain = false;
            Supersede(batch);
            if (obstacle is not null && batch.Count == before)
            {
                // Neither a version nor an operation is in the way: a constraint of a read model is.
                await SplitAsync(batch, obstacle);
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
    private async Task SplitAsync(List<QueuedAppend> batch, Exception? reason)
    {
        if (batch.Count == 1)
        {
            LogRejected(_logger, reason, batch[0].Append.EntityType);
            JournalMeter.Rejected.Add(1);
            Complete(batch, new AppendOutcome(AppendResult.Rejected));
            return;
        }

        await CommitAsync(batch[..(batch.Count / 2)]);
        await CommitAsync(batch[(batch.Count / 2)..]);
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

        while (_queue.Reader.TryPeek(out var waiting) && IsOld(waiting) && _queue.Reader.TryRead(out waiting))
        {
            Interlocked.Decrement(ref _queued);
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

    [LoggerMessage(4, LogLevel.Error, "A command of {EntityType} cannot be written.")]
    private static partial void LogRejected(ILogger logger, Exception? exception, string entityType);
}
