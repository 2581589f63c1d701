namespace Platform.Grains.Engine.Streams;

/// <summary>
/// Decides when to read a partition again. After a signal at once, but at least <see cref="Gap"/> after the last read, so
/// that a busy partition is read in pages and not row by row. Without signals 100 ms after rows, up to 2 s if idle.
/// </summary>
public sealed class PollPace
{
    public static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(40);
    public static readonly TimeSpan MinDelay = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(2);

    private TimeSpan _next;
    private TimeSpan _last = TimeSpan.MinValue / 2;
    private TimeSpan _delay = MinDelay;

    /// <summary>How long to wait from now. Zero or less means read at once.</summary>
    public TimeSpan Wait(TimeSpan now, bool signalled) => (signalled ? _last + Gap : _next) - now;

    /// <summary>Records a read. A signal may precede the fence showing the row, so the delay after it is short even without rows.</summary>
    public void Read(TimeSpan now, bool signalled, bool anyRows)
    {
        _delay = signalled ? Gap : anyRows ? MinDelay : _delay * 2 < MaxDelay ? _delay * 2 : MaxDelay;
        _last = now;
        _next = now + _delay;
    }
}
