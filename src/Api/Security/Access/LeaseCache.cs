using System.Collections.Concurrent;
using System.Diagnostics;

namespace Platform.Api.Security.Access;

/// <summary>
/// Caches values of entities for a short lease. A value read before a signalled change is not kept, so the next request in this process
/// sees a change, and other processes see it when the lease ends. If a new answer equals the last one, the same object is returned, so
/// that values computed from it stay valid.
/// </summary>
public sealed class LeaseCache<T>(Func<EntityKey, Task<T>> read, Func<T, T, bool> same, TimeSpan lease)
    where T : class
{
    private const int Capacity = 100_000;
    private readonly ConcurrentDictionary<EntityKey, Entry> _entries = new();

    /// <summary>Returns the value if it is cached and its lease has not ended.</summary>
    public T? Find(EntityKey key) =>
        _entries.TryGetValue(key, out var entry) && entry.Held is { } held && Stopwatch.GetElapsedTime(held.AskedAt) < lease
            ? held.Value
            : null;

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
            if (_entries.Count >= Capacity) // Checked only here, because Count takes all locks.
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

        /// <summary>Starts a read, or joins the one in progress.</summary>
        public Reading Join(Func<Task<T>> read)
        {
            lock (_lock)
            {
                if (_reading is { Task.IsFaulted: false })
                {
                    return _reading;
                }

                var askedAt = Stopwatch.GetTimestamp(); // Before the call: the lease starts when the value may have been read.
                return _reading = new Reading(read(), askedAt);
            }
        }

        /// <summary>Returns null if a change came in between, because the answer may be older than it.</summary>
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
