using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Grains.Engine.Journal;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// The journal writer of a silo: commands of many entities share a transaction. While one commits, the next ones queue;
/// an idle writer commits a single command at once.
/// </summary>
public sealed partial class GroupCommitWriter : IJournalWriter, IAsyncDisposable
{
    // Well below the read lease of entities, even if an answer takes a second.
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainFor = TimeSpan.FromSeconds(10);

    private readonly CommitQueue _queue;
    private readonly CommitLane[] _lanes;
    private readonly JournalWriterOptions _options;
    private readonly StoreContact _contact;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _heartbeat;
    private int _disposed;

    public GroupCommitWriter(
        PlatformDatabase database,
        ReadModelWriters readModels,
        JournalSignal signal,
        IOptions<JournalWriterOptions> options,
        ILogger<GroupCommitWriter> logger,
        SiloIdentity? silo = null,
        Action<string>? declaredDead = null)
    {
        _options = options.Value;
        _logger = logger;
        _contact = new StoreContact();
        var batch = new AppendBatch(readModels, silo);
        var resolver = new AppendResolver(database.Journal);
        _queue = new CommitQueue(_options);
        _lanes = [.. Enumerable.Range(0, _options.Lanes).Select(_ => new CommitLane(
            _queue, database.Journal, batch, resolver, signal, _contact, _options, logger,
            declaredDead ?? (message => Environment.FailFast(message))))];
        JournalMeter.Observe(this);
        _heartbeat = HeartbeatAsync(database, batch);
    }

    public TimeSpan SinceLastAnswer => _contact.SinceLastAnswer;

    /// <summary>The number of commands that wait to be written.</summary>
    public int Queued => _queue.Count;

    public bool IsUncertain => Array.Exists(_lanes, lane => lane.IsUncertain);

    public Task<AppendOutcome> AppendAsync(Append append)
    {
        var queued = new QueuedAppend(append, Stopwatch.GetTimestamp());
        if (queued.Bytes > _options.MaxAppendBytes)
        {
            JournalMeter.Rejected.Add(1);
            return Task.FromResult(new AppendOutcome(AppendResult.TooLarge, Limit: _options.MaxAppendBytes));
        }

        if (append.Chain.IsBroken)
        {
            return Task.FromResult(new AppendOutcome(AppendResult.Superseded));
        }

        if (!_queue.TryAdd(queued))
        {
            JournalMeter.Shed.Add(1);
            return Task.FromResult(new AppendOutcome(AppendResult.Overloaded));
        }

        return queued.Outcome;
    }

    /// <summary>Writes what is queued, then stops. A stopping silo calls it after its grains have stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _queue.Complete();
        var drained = Task.WhenAll(_lanes.Select(lane => lane.Ended));
        if (await Task.WhenAny(drained, Task.Delay(DrainFor)) != drained)
        {
            LogNotDrained(_logger, Queued);
        }

        await _stopping.CancelAsync();
        await _heartbeat;
        JournalMeter.Forget(this);
        _stopping.Dispose();
    }

    /// <summary>An idle silo must still know that the store answers and that it is itself a member.</summary>
    private async Task HeartbeatAsync(PlatformDatabase database, AppendBatch batch)
    {
        using var timer = new PeriodicTimer(HeartbeatEvery / 2);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                if (_contact.SinceLastAnswer >= HeartbeatEvery / 2)
                {
                    await Task.Run(() => Ping(database, batch));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private void Ping(PlatformDatabase database, AppendBatch batch)
    {
        try
        {
            using var connection = database.Journal.OpenConnection();
            var asked = Stopwatch.GetTimestamp();
            batch.Ping(connection);
            _contact.Answered(asked);
        }
        catch (Exception exception) when (StoreErrors.Classify(exception) == StoreError.SiloDead)
        {
            _lanes[0].DeclareDead(exception);
        }
        catch (Exception exception)
        {
            LogNoAnswer(_logger, exception.Message, _contact.SinceLastAnswer.TotalSeconds);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The writer stopped before it wrote {Queued} queued commands; their callers got no answer.")]
    private static partial void LogNotDrained(ILogger logger, int queued);

    [LoggerMessage(2, LogLevel.Warning, "The store does not answer ({Reason}); the last answer was {Seconds:F1} s ago.")]
    private static partial void LogNoAnswer(ILogger logger, string reason, double seconds);
}
