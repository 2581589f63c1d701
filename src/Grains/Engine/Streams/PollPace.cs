namespace Platform.Grains.Engine.Streams;

/// <summary>
/// When to read a partition again. At once after a signal, but not sooner than <see cref="Gap"/> after the last read, so
/// that a busy partition is read in pages and not row by row; without signals 100 ms after rows, up to 2 s when idle.
/// </summary>
public sealed class PollPace
{
    public static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(40);
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(2);

    private TimeSpan _next;
    private TimeSpan _last = TimeSpan.MinValue / 2;
    private TimeSpan _delay = Least;

    /// <summary>How long to wait from now; zero or less means read.</summary>
    public TimeSpan Wait(TimeSpan now, bool signalled) => (signalled ? _last + Gap : _next) - now;

    /// <summary>Takes note of a read. A signal may run ahead of the fence, hence a short delay after it even where no row was seen.</summary>
    public void Read(TimeSpan now, bool signalled, bool anyRows)
    {
        _delay = signalled ? Gap : anyRows ? Least : _delay * 2 < Most ? _delay * 2 : Most;
        _last = now;
        _next = now + _delay;
    }
}
