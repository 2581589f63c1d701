using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Platform.Grains.Common.Journal;

namespace Platform.Grains.Common.Streams;

/// <summary>
/// Reads one partition of the journal behind its fence, from the stored checkpoint on, and hands its rows to the pulling
/// agent, one batch per organisation and page. When the store does not answer it waits and tries again; it never throws.
/// </summary>
public sealed partial class JournalReceiver(
    short partition,
    IJournalReader journal,
    ICheckpointStore checkpoints,
    JournalSignal signals,
    TimeProvider time,
    ILogger<JournalReceiver> logger) : IQueueAdapterReceiver, IDisposable
{
    /// <summary>How long a read waits for a signal. A silo that stops waits for it, so it is short.</summary>
    public static readonly TimeSpan LongPoll = TimeSpan.FromMilliseconds(250);

    private const int PageSize = 400;
    private const int MaxEntriesUnderWay = 20_000;
    private const int MaxOrganisations = 100_000;
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);

    private readonly long _started = time.GetTimestamp();
    private readonly PollPace _pace = new();
    private readonly DeliveredPages _pages = new();
    private readonly Dictionary<Guid, Fence> _produced = [];
    private readonly CancellationTokenSource _stopping = new();
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

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        if (_pages.EntriesUnderWay >= MaxEntriesUnderWay || !await DueAsync())
        {
            return [];
        }

        var signalled = _signal is { IsCompleted: true };
        _signal = signals.Next(partition);
        try
        {
            var after = _fence ??= _floor = await checkpoints.LoadAsync(partition, _stopping.Token);
            var limit = maxCount > 0 ? Math.Min(maxCount, PageSize) : PageSize;
            var page = await journal.ReadPartitionAsync(partition, after, limit, _stopping.Token);
            _pace.Read(Now, signalled, page.Entries.Count > 0);
            _more = page.More;
            _failing = false;
            var batches = Batches(page);
            await SaveCheckpointAsync(SaveEvery, _stopping.Token);
            return batches;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return [];
        }
        catch (Exception exception)
        {
            _pace.Read(Now, signalled: false, anyRows: false);
            _more = false;
            StreamInstruments.Stumbled("receiver");
            if (!_failing)
            {
                _failing = true;
                LogReadFailed(partition, exception);
            }

            return [];
        }
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages)
    {
        if (messages.Count > 0 && messages[^1] is JournalBatch last)
        {
            _pages.Delivered(last.Page, last.EndsPage, Now);
        }

        return Task.CompletedTask;
    }

    public async Task Shutdown(TimeSpan timeout)
    {
        await _stopping.CancelAsync();
        using var deadline = new CancellationTokenSource(timeout, time);
        await SaveCheckpointAsync(TimeSpan.Zero, deadline.Token);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task<bool> DueAsync()
    {
        if (_more)
        {
            return true;
        }

        var signal = _signal ??= signals.Next(partition);
        var wait = _pace.Wait(Now, signal.IsCompleted);
        if (wait > TimeSpan.Zero && !signal.IsCompleted)
        {
            await Task.WhenAny(signal, Task.Delay(wait < LongPoll ? wait : LongPoll, time, _stopping.Token));
            wait = _pace.Wait(Now, signal.IsCompleted);
        }

        if (wait > TimeSpan.Zero && signal.IsCompleted)
        {
            await Task.WhenAny(Task.Delay(wait, time, _stopping.Token));
            wait = TimeSpan.Zero;
        }

        return wait <= TimeSpan.Zero && !_stopping.IsCancellationRequested;
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
                batches.Add(new JournalBatch(
                    organisation.Key, new JournalDelivery(after, entries[^1].Fence, entries), ++_sequence, number, batches.Count == organisations.Count - 1));
            }

            _pages.Produced(number, page.Through, page.Entries.Count);
        }

        _fence = page.Through;
        if (_produced.Count > MaxOrganisations)
        {
            // Whoever is forgotten is asked to have read up to here: at worst a gap that its consumer repairs.
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

    [LoggerMessage(LogLevel.Warning, "Partition {Partition} of the journal cannot be read; trying again.")]
    private partial void LogReadFailed(short partition, Exception exception);

    [LoggerMessage(LogLevel.Debug, "The checkpoint of partition {Partition} was not saved; the next one will be.")]
    private partial void LogSaveFailed(short partition, Exception exception);
}
