using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>
/// Reads one partition of the journal behind its fence, from the stored checkpoint on, and hands its rows to the pulling
/// agent, one batch per organisation and page. If the store does not answer, it waits and retries; it never throws.
/// </summary>
public sealed partial class JournalReceiver(
    short partition,
    IJournalReader journal,
    ICheckpointStore checkpoints,
    JournalSignal signals,
    TimeProvider time,
    ILogger<JournalReceiver> logger) : IQueueAdapterReceiver
{
    /// <summary>How long a read waits for a signal. Short, because the agent has other work too. A stopping silo cancels it.</summary>
    public static readonly TimeSpan LongPoll = TimeSpan.FromMilliseconds(250);

    private const int PageSize = 400;
    private const int MaxEntriesInFlight = 20_000;
    private const int MaxOrganisations = 100_000;
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);

    private readonly long _started = time.GetTimestamp();
    private readonly PollPace _pace = new();
    private readonly DeliveredPages _pages = new();
    private readonly Dictionary<Guid, Fence> _produced = [];
    private Task? _signal;
    private Fence? _fence;
    private Fence _floor;
    private Fence? _checkpoint;
    private TimeSpan _savedAt;
    private long _page;
    private long _sequence;
    private bool _more;
    private bool _failing;

    private TimeSpan Now => time.GetElapsedTime(_started);

    public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        if (_pages.EntriesInFlight >= MaxEntriesInFlight || !await DueAsync(cancellationToken))
        {
            return [];
        }

        var signalled = _signal is { IsCompleted: true };
        _signal = signals.Next(partition);
        try
        {
            var after = _fence ??= _floor = await checkpoints.LoadAsync(partition, cancellationToken);
            var limit = maxCount > 0 ? Math.Min(maxCount, PageSize) : PageSize;
            var page = await journal.ReadPartitionAsync(partition, after, limit, cancellationToken);
            _pace.Read(Now, signalled, page.Entries.Count > 0);
            _more = page.More;
            _failing = false;
            var batches = Batches(page);
            await SaveCheckpointAsync(SaveEvery, cancellationToken);
            return batches;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return [];
        }
        catch (Exception exception)
        {
            _pace.Read(Now, signalled: false, anyRows: false);
            _more = false;
            StreamInstruments.Retry("receiver");
            if (!_failing)
            {
                _failing = true;
                LogReadFailed(partition, exception);
            }

            return [];
        }
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken)
    {
        if (messages.Count > 0 && messages[^1] is JournalBatch last)
        {
            _pages.Delivered(last.Page, last.EndsPage, Now);
        }

        return Task.CompletedTask;
    }

    public async Task Shutdown(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        await SaveCheckpointAsync(TimeSpan.Zero, limit.Token);
    }

    // Overloads without cancellation, which Orleans no longer calls.
    Task<IList<IBatchContainer>> IQueueAdapterReceiver.GetQueueMessagesAsync(int maxCount) =>
        GetQueueMessagesAsync(maxCount, CancellationToken.None);

    Task IQueueAdapterReceiver.MessagesDeliveredAsync(IList<IBatchContainer> messages) =>
        MessagesDeliveredAsync(messages, CancellationToken.None);

    Task IQueueAdapterReceiver.Shutdown(TimeSpan timeout) => Shutdown(timeout, CancellationToken.None);

    private async Task<bool> DueAsync(CancellationToken cancellationToken)
    {
        if (_more)
        {
            return true;
        }

        var signal = _signal ??= signals.Next(partition);
        var wait = _pace.Wait(Now, signal.IsCompleted);
        if (wait > TimeSpan.Zero && !signal.IsCompleted)
        {
            await Task.WhenAny(signal, Task.Delay(wait < LongPoll ? wait : LongPoll, time, cancellationToken));
            wait = _pace.Wait(Now, signal.IsCompleted);
        }

        if (wait > TimeSpan.Zero && signal.IsCompleted)
        {
            await Task.WhenAny(Task.Delay(wait, time, cancellationToken));
            wait = TimeSpan.Zero;
        }

        return wait <= TimeSpan.Zero && !cancellationToken.IsCancellationRequested;
    }

    private List<IBatchContainer> Batches(JournalPage page)
    {
        var batches = new List<IBatchContainer>();
        if (page.Entries.Count > 0)
        {
            var number = ++_page;
            var organisations = page.Entries.GroupBy(entry => entry.OrganisationId).ToList();
            foreach (var organisation in organisations)
            {
                var entries = organisation.ToArray();
                var after = _produced.GetValueOrDefault(organisation.Key, _floor);
                _produced[organisation.Key] = entries[^1].Fence;
                var delivery = new JournalDelivery(after, entries[^1].Fence, entries);
                var endsPage = batches.Count == organisations.Count - 1;
                batches.Add(new JournalBatch(organisation.Key, delivery, ++_sequence, number, endsPage));
            }

            _pages.Produced(number, page.Through, page.Entries.Count);
        }

        _fence = page.Through;
        if (_produced.Count > MaxOrganisations)
        {
            // Forgotten organisations get a delivery from here on: at worst a gap, which the consumer closes.
            _produced.Clear();
            _floor = page.Through;
        }

        return batches;
    }

    private async Task SaveCheckpointAsync(TimeSpan every, CancellationToken cancellationToken)
    {
        _checkpoint = _pages.Checkpoint(Now) ?? _checkpoint;
        if (_checkpoint is not { } checkpoint || Now - _savedAt < every)
        {
            return;
        }

        try
        {
            _savedAt = Now;
            await checkpoints.SaveAsync(partition, checkpoint, cancellationToken);
            _checkpoint = null;
        }
        catch (Exception exception)
        {
            LogSaveFailed(partition, exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Could not read partition {Partition} of the journal; retrying.")]
    private partial void LogReadFailed(short partition, Exception exception);

    [LoggerMessage(LogLevel.Debug, "Could not save the checkpoint of partition {Partition}; the next save includes it.")]
    private partial void LogSaveFailed(short partition, Exception exception);
}
