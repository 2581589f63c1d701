using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>
/// Tracks which pages of a partition are not yet delivered to consumers, and how far the checkpoint may advance. The checkpoint
/// lags delivery by <see cref="CheckpointLag"/>, so that the replay wakes a consumer that died soon after a delivery.
/// </summary>
public sealed class DeliveredPages
{
    public static readonly TimeSpan CheckpointLag = TimeSpan.FromSeconds(15);

    private readonly Queue<(long Page, Fence Through, int Entries)> _open = new();
    private readonly Queue<(TimeSpan At, Fence Through)> _delivered = new();

    /// <summary>The number of rows that were produced but not yet delivered.</summary>
    public int EntriesInFlight { get; private set; }

    public void Produced(long page, Fence through, int entries)
    {
        _open.Enqueue((page, through, entries));
        EntriesInFlight += entries;
    }

    /// <summary>A batch left the cache. Batches leave in order, so earlier pages have left as well.</summary>
    public void Delivered(long page, bool endsPage, TimeSpan now)
    {
        while (_open.TryPeek(out var open) && (open.Page < page || (open.Page == page && endsPage)))
        {
            _open.Dequeue();
            EntriesInFlight -= open.Entries;
            _delivered.Enqueue((now, open.Through));
        }
    }

    /// <summary>The newest fence that was delivered long enough ago. Null if there is no new one.</summary>
    public Fence? Checkpoint(TimeSpan now)
    {
        Fence? checkpoint = null;
        while (_delivered.TryPeek(out var delivered) && now - delivered.At >= CheckpointLag)
        {
            checkpoint = delivered.Through;
            _delivered.Dequeue();
        }

        return checkpoint;
    }
}
