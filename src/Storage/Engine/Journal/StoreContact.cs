using System.Diagnostics;

namespace Platform.Storage.Engine.Journal;

/// <summary>When the store last answered this process, on the monotonic clock: a stopped process sees that time has passed.</summary>
public sealed class StoreContact
{
    private long _last = Stopwatch.GetTimestamp();

    public TimeSpan SinceLastAnswer => Stopwatch.GetElapsedTime(Volatile.Read(ref _last));

    /// <summary>
    /// An answer vouches for the instant at which it was asked for, not for the one at which it was read: a process that
    /// was stopped finds old answers waiting when it goes on.
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
