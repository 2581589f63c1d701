using Microsoft.Extensions.Logging;
using Platform.Grains.Engine;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Engine.Streams;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// Wakes each <see cref="WokenConsumer"/> that has not folded all rows of its organisation. After a crash, a rebuild or an upgrade the
/// stream sends nothing to an organisation until its next row. Every silo does this; waking a consumer twice does no harm.
/// </summary>
public sealed class ConsumerUpkeep(ConsumersBehind behind, IGrainFactory grains, TimeProvider time, ILogger<ConsumerUpkeep> logger)
    : Upkeep(Every, time, logger)
{
    private const int Page = 200;
    private const int Parallelism = 4;
    private const int FirstRounds = 6;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietEvery = TimeSpan.FromMinutes(1);

    private static readonly WokenConsumer[] Consumers =
    [
        .. Scan.Concrete(typeof(WokenConsumer).Assembly, typeof(WokenConsumer))
            .Select(type => (WokenConsumer)Activator.CreateInstance(type)!),
    ];

    private int _rounds;
    private long _lastIdle;

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        // Every few seconds after the start and while there are consumers to wake, then once a minute.
        if (_rounds++ >= FirstRounds && Time.GetElapsedTime(_lastIdle) < QuietEvery)
        {
            return;
        }

        var woken = 0;
        foreach (var consumer in Consumers)
        {
            woken += await WakeAsync(consumer, stoppingToken);
        }

        if (woken == 0)
        {
            _lastIdle = Time.GetTimestamp();
        }
    }

    private async Task<int> WakeAsync(WokenConsumer consumer, CancellationToken stoppingToken)
    {
        var woken = 0;
        for (var after = Guid.Empty; ;)
        {
            var found = await behind.ListAsync(consumer.Consumer, after, Time.GetUtcNow() - consumer.Settled, Page, stoppingToken);
            await ForEachAsync(found, Parallelism, organisation => WakeAsync(consumer, organisation), stoppingToken);
            woken += found.Count;
            if (found.Count < Page)
            {
                return woken;
            }

            after = found[^1];
        }
    }

    private Task WakeAsync(WokenConsumer consumer, Guid organisationId)
    {
        Caller.Set(organisationId);
        return consumer.WakeAsync(grains, organisationId);
    }
}
