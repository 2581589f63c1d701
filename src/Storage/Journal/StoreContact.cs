using System.Diagnostics;

namespace Platform.Storage.Journal;

/// <summary>When the store last answered this process, on the monotonic clock: a stopped process sees that time has passed.</summary>
internal sealed class StoreContact
{
    private long _last = Stopwatch.GetTimestamp();

    public TimeSpan SinceLastAnswer => Stopwatch.GetElapsedTime(Volatile.Read(ref _last));

    public void Answered() => Volatile.Write(ref _last, Stopwatch.GetTimestamp());
}
