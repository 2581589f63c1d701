using Platform.Grains.Engine.Registration;

namespace Platform.Grains.Engine.Journal;

/// <summary>Tells the readers in this process that a partition has new rows, so that they need not wait for their next poll.</summary>
[Singleton]
public sealed class JournalSignal
{
    private readonly TaskCompletionSource[] _partitions =
        [.. Enumerable.Range(0, JournalPartition.Count).Select(_ => New())];

    public void Raise(short partition) =>
        Interlocked.Exchange(ref _partitions[partition], New()).TrySetResult();

    /// <summary>Ends at the next <see cref="Raise"/>. Take it before reading, so that nothing is missed in between.</summary>
    public Task Next(short partition) => Volatile.Read(ref _partitions[partition]).Task;

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
