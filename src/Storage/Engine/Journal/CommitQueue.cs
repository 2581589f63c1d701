using System.Diagnostics;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// What waits to be written, shared by the lanes. A lane takes only what belongs to entities that no other lane is writing, so
/// that the appends of one entity keep their order. While one transaction is under way, another begins only for a batch that is
/// worth one: few large transactions cost less than many small ones, but one at a time leaves processors idle.
/// </summary>
internal sealed class CommitQueue(JournalWriterOptions options)
{
    private readonly object _lock = new();
    private readonly HashSet<EntityKey> _writing = [];
    private List<QueuedAppend> _waiting = [];
    private List<QueuedAppend> _passedOver = [];
    private int _lanesAtWork;
    private int _lanesIdle;
    private int _worthALook;
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

    /// <summary>False where the queue is full or closed.</summary>
    public bool TryAdd(QueuedAppend append)
    {
        lock (_lock)
        {
            if (_completed || _waiting.Count >= options.MaxQueued)
            {
                return false;
            }

            _waiting.Add(append);
            CallALane();
            return true;
        }
    }

    /// <summary>Nothing is added any more; the lanes end once all is written.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits for a batch, in the order of arrival, and fills it. False once the queue is closed and empty.</summary>
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

            _lanesAtWork++;
            foreach (var append in batch)
            {
                _writing.Add(append.Append.Key);
            }

            CallALane();
            return true;
        }
    }

    /// <summary>Ends the work on a batch; its entities may be written by any lane again.</summary>
    public void Release(List<EntityKey> entities)
    {
        lock (_lock)
        {
            _lanesAtWork--;
            _worthALook = 0;
            _writing.ExceptWith(entities);
            if (_completed)
            {
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>Takes out, from the front, what has waited for longer than it may.</summary>
    public List<QueuedAppend> TakeOlderThan(TimeSpan age)
    {
        lock (_lock)
        {
            var old = _waiting.TakeWhile(append => Stopwatch.GetElapsedTime(append.EnqueuedAt) > age).ToList();
            _waiting.RemoveRange(0, old.Count);
            return old;
        }
    }

    private int Enough => _lanesAtWork == 0 ? 1 : options.OverlapFrom;

    private void CallALane()
    {
        if (_lanesIdle > 0 && _waiting.Count >= Math.Max(Enough, _worthALook))
        {
            Monitor.Pulse(_lock);
        }
    }

    private bool TryFill(List<QueuedAppend> batch)
    {
        var enough = Enough;
        if (_waiting.Count < Math.Max(enough, _worthALook))
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
                _passedOver.Add(append);
            }
        }

        if (batch.Count < enough)
        {
            // Most of it belongs to entities that are being written. Not worth another look before that many more have come.
            _worthALook = _waiting.Count + enough - batch.Count;
            batch.Clear();
            _passedOver.Clear();
            return false;
        }

        _waiting.Clear();
        (_waiting, _passedOver) = (_passedOver, _waiting);
        return true;
    }
}
