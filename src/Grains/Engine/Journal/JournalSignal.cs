using Platform.Grains.Engine.Registration;

namespace Platform.Grains.Engine.Journal;

/// <summary>Wakes the readers in this process if a partition has new rows, so that they need not wait for their next poll.</summary>
[Singleton]
public sealed class JournalSignal
{
    private readonly TaskCompletionSource[] _partitions =
        [.. Enumerable.Range(0, JournalPartition.Count).Select(_ => New())];

    public void Raise(short partition) =>
        Interlocked.Exchange(ref _partitions[partition], New()).TrySetResult();

    /// <summary>Completes at the next <see cref="Raise"/>. Get it before you read, so that you miss nothing.</summary>
    public Task Next(short partition) => Volatile.Read(ref _partitions[partition]).Task;

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
