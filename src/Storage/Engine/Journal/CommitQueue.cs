using System.Diagnostics;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// The appends that wait to be written, shared by the lanes. A lane takes only appends of entities that no other lane is writing, so
/// that the appends of one entity stay in order. While one transaction runs, another starts only for a batch of a minimum size:
/// few large transactions cost less than many small ones, but one at a time leaves processors idle.
/// </summary>
internal sealed class CommitQueue(JournalWriterOptions options)
{
    private readonly object _lock = new();
    private readonly HashSet<EntityKey> _writing = [];
    private List<QueuedAppend> _waiting = [];
    private List<QueuedAppend> _skipped = [];
    private int _lanesBusy;
    private int _lanesIdle;
    private int _minWaiting;
    private bool _completed;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Returns false if the queue is full or closed.</summary>
    public bool TryAdd(QueuedAppend append)
    {
        lock (_lock)
        {
            if (_completed || _waiting.Count >= options.MaxQueued)
            {
                return false;
            }

            _waiting.Add(append);
            WakeLane();
            return true;
        }
    }

    /// <summary>Closes the queue. The lanes end when everything is written.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits for a batch and fills it in the order of arrival. Returns false if the queue is closed and empty.</summary>
    public bool Take(List<QueuedAppend> batch)
    {
        lock (_lock)
        {
            while (!TryFill(batch))
            {
                if (_completed && _waiting.Count == 0)
                {
                    return false;
                }

                _lanesIdle++;
                Monitor.Wait(_lock);
                _lanesIdle--;
            }

            _lanesBusy++;
            foreach (var append in batch)
            {
                _writing.Add(append.Append.Key);
            }

            WakeLane();
            return true;
        }
    }

    /// <summary>Ends the work on a batch. Any lane may write its entities again.</summary>
    public void Release(List<EntityKey> entities)
    {
        lock (_lock)
        {
            _lanesBusy--;
            _minWaiting = 0;
            _writing.ExceptWith(entities);
            if (_completed)
            {
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>Removes and returns the appends that have waited longer than this.</summary>
    public List<QueuedAppend> TakeOlderThan(TimeSpan age)
    {
        lock (_lock)
        {
            var old = _waiting.TakeWhile(append => Stopwatch.GetElapsedTime(append.EnqueuedAt) > age).ToList();
            _waiting.RemoveRange(0, old.Count);
            return old;
        }
    }

    private int MinBatch => _lanesBusy == 0 ? 1 : options.OverlapFrom;

    private void WakeLane()
    {
        if (_lanesIdle > 0 && _waiting.Count >= Math.Max(MinBatch, _minWaiting))
        {
            Monitor.Pulse(_lock);
        }
    }

    private bool TryFill(List<QueuedAppend> batch)
    {
        var minBatch = MinBatch;
        if (_waiting.Count < Math.Max(minBatch, _minWaiting))
        {
            return false;
        }

        var bytes = 0;
        foreach (var append in _waiting)
        {
            if (batch.Count < options.MaxBatchCount && bytes < options.MaxBatchBytes && !_writing.Contains(append.Append.Key))
            {
                bytes += append.Bytes;
                batch.Add(append);
            }
            else
            {
                _skipped.Add(append);
            }
        }

        if (batch.Count < minBatch)
        {
            // Most appends belong to entities that are being written. Do not scan again before enough new ones have arrived.
            _minWaiting = _waiting.Count + minBatch - batch.Count;
            batch.Clear();
            _skipped.Clear();
            return false;
        }

        _waiting.Clear();
        (_waiting, _skipped) = (_skipped, _waiting);
        return true;
    }
}
