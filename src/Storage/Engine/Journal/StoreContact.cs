using System.Diagnostics;

namespace Platform.Storage.Engine.Journal;

/// <summary>When the store last answered this process, on the monotonic clock, which goes on while a process is paused.</summary>
public sealed class StoreContact
{
    private long _last = Stopwatch.GetTimestamp();

    public TimeSpan SinceLastAnswer => Stopwatch.GetElapsedTime(Volatile.Read(ref _last));

    /// <summary>
    /// Records an answer with the time of its request, not of its arrival: a process that was paused may find old answers waiting
    /// when it resumes.
    /// </summary>
    public void Answered(long askedAt)
    {
        for (var last = Volatile.Read(ref _last); last < askedAt;)
        {
            var seen = Interlocked.CompareExchange(ref _last, askedAt, last);
            if (seen == last)
            {
                return;
            }

            last = seen;
        }
    }
}
