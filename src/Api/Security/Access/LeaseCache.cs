using System.Collections.Concurrent;
using System.Diagnostics;

namespace Platform.Api.Security.Access;

/// <summary>
/// Values that an entity decides, kept for a short lease. What was read before a change was signalled is not kept, so that within
/// this process a change is seen by the next request, and in any other when the lease is over. An answer that says the same as
/// the last one is the same object, so that what was worked out from it still stands.
/// </summary>
public sealed class LeaseCache<T>(Func<EntityKey, Task<T>> read, Func<T, T, bool> same, TimeSpan lease)
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
        if (!_entries.TryGetValue(key, out var entry))
        {
            if (_entries.Count >= Capacity) // Counting takes every lock there is.
            {
                _entries.Clear();
            }

            entry = _entries.GetOrAdd(key, static _ => new Entry());
        }

        while (true)
        {
            var reading = entry.Join(() => read(key));
            var value = await reading.Task;
            if (entry.Keep(reading, value, same) is { } kept)
            {
                return kept;
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
                if (_reading is { Task.IsFaulted: false })
                {
                    return _reading;
                }

                var askedAt = Stopwatch.GetTimestamp(); // Before the question: the lease counts from when the answer may have been decided.
                return _reading = new Reading(read(), askedAt);
            }
        }

        /// <summary>Null where a change came in between: the answer may be older than it.</summary>
        public T? Keep(Reading reading, T value, Func<T, T, bool> same)
        {
            lock (_lock)
            {
                if (ReferenceEquals(_reading, reading))
                {
                    Held = new Held(Held is { } last && same(last.Value, value) ? last.Value : value, reading.AskedAt);
                    _reading = null;
                    return Held.Value;
                }

                return Held is { } held && held.AskedAt >= reading.AskedAt ? held.Value : null;
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
