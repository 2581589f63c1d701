using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;

namespace Platform.Grains.Tests.Engine.Streams;

/// <summary>A consumer that gets deliveries from tests and records the versions it applied, in order. Version 13 is poison.</summary>
[Alias("platform.tests.probe")]
public interface IProbeConsumer : IGrainWithStringKey
{
    [Alias("deliver")]
    Task DeliverAsync(JournalDelivery delivery);

    [Alias("applied")]
    Task<long[]> AppliedAsync();
}

[GrainType("test-probe")]
public sealed class ProbeConsumer(ConsumerServices services) : JournalConsumerGrain(services, Name), IProbeConsumer
{
    public const string Name = "probe";
    public const long Poison = 13;

    private readonly List<long> _applied = [];

    public new Task DeliverAsync(JournalDelivery delivery) => base.DeliverAsync(delivery);

    public Task<long[]> AppliedAsync() => Task.FromResult(_applied.ToArray());

    protected override ValueTask ApplyAsync(JournalEntry entry)
    {
        if (entry.Version == Poison)
        {
            throw new InvalidOperationException("This row is poison.");
        }

        _applied.Add(entry.Version);
        return ValueTask.CompletedTask;
    }
}
