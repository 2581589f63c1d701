using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>
/// Which pages of a partition are still on their way to consumers, and how far the checkpoint may go. The checkpoint
/// trails delivery by <see cref="Trail"/>: a consumer that died soon after a delivery is woken by the replay.
/// </summary>
public sealed class DeliveredPages
{
    public static readonly TimeSpan Trail = TimeSpan.FromSeconds(15);

    private readonly Queue<(long Page, Fence Through, int Entries)> _open = new();
    private readonly Queue<(TimeSpan At, Fence Through)> _delivered = new();

    /// <summary>How many rows were produced and are not known to be delivered.</summary>
    public int EntriesUnderWay { get; private set; }

    public void Produced(long page, Fence through, int entries)
    {
        _open.Enqueue((page, through, entries));
        EntriesUnderWay += entries;
    }

    /// <summary>A batch left the cache. Batches leave in order, so that earlier pages have left as well.</summary>
    public void Delivered(long page, bool endsPage, TimeSpan now)
    {
        while (_open.TryPeek(out var open) && (open.Page < page || (open.Page == page && endsPage)))
        {
            _open.Dequeue();
            EntriesUnderWay -= open.Entries;
            _delivered.Enqueue((now, open.Through));
        }
    }

    /// <summary>The newest fence that was delivered long enough ago; null where nothing new was.</summary>
    public Fence? Checkpoint(TimeSpan now)
    {
        Fence? checkpoint = null;
        while (_delivered.TryPeek(out var delivered) && now - delivered.At >= Trail)
        {
            checkpoint = delivered.Through;
            _delivered.Dequeue();
        }

        return checkpoint;
    }
}
