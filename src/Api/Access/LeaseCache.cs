using System.Collections.Concurrent;
using System.Diagnostics;

namespace Platform.Api.Access;

/// <summary>
/// Values that an entity decides, kept for a short lease. What was read before a change was signalled is not kept, so that within
/// this process a change is seen by the next request, and in any other when the lease is over.
/// </summary>
public sealed class LeaseCache<T>(Func<EntityKey, Task<T>> read, TimeSpan lease)
    where T : class
{
    private const int Capacity = 100_000;
    private readonly ConcurrentDictionary<EntityKey, Entry> _entries = new();

    /// <summary>The value where it is held and its lease runs.</summary>
    public T? Find(EntityKey key) =>
        _entries.TryGetValue(key, out var entry) && entry.Held is { } held && Stopwatch.GetElapsedTime(held.AskedAt) < lease ? held.Value : null;

    public ValueTask<T> GetAsync(EntityKey key) => Find(key) is { } value ? new(value) : new(ReadAsync(key));

    public void Forget(EntityKey key)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            entry.Forget();
        }
    }

    private async Task<T> ReadAsync(EntityKey key)
    {
        if (_entries.Count >= Capacity)
        {
            _entries.Clear();
        }

        var entry = _entries.GetOrAdd(key, static _ => new Entry());
        while (true)
        {
            var reading = entry.Join(() => read(key));
            var value = await reading.Task;
            if (entry.Keep(reading, value))
            {
                return value;
            }
        }
    }

    private sealed record Held(T Value, long AskedAt);

    private sealed record Reading(Task<T> Task, long AskedAt);

    private sealed class Entry
    {
        private readonly Lock _lock = new();
        private Reading? _reading;

        public Held? Held { get; private set; }

        /// <summary>One question at a time; who comes later waits for the same answer.</summary>
        public Reading Join(Func<Task<T>> read)
        {
            lock (_lock)
            {
                return _reading is { Task.IsFaulted: false } ? _reading : _reading = new Reading(read(), Stopwatch.GetTimestamp());
            }
        }

        /// <summary>False where a change came in between: the answer may be older than it.</summary>
        public bool Keep(Reading reading, T value)
        {
            lock (_lock)
            {
                if (ReferenceEquals(_reading, reading))
                {
                    Held = new Held(value, reading.AskedAt);
                    _reading = null;
                    return true;
                }

                return Held is { } held && held.AskedAt >= reading.AskedAt;
            }
        }

        public void Forget()
        {
            lock (_lock)
            {
                (Held, _reading) = (null, null);
            }
        }
    }
}
