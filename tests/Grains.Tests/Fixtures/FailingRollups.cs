using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;
using Platform.Grains.Metrics;
using Platform.Storage.Engine;
using Platform.Storage.Metrics;

namespace Platform.Grains.Tests.Fixtures;

/// <summary>The real rollup store, with failures before or after a write.</summary>
public sealed class FailingRollups
{
    private int _losses;

    /// <summary>Whether every write fails, as during an outage.</summary>
    public bool FailStores { get; set; }

    /// <summary>Makes the next write succeed but fail for its caller.</summary>
    public void LoseNextAnswer() => Interlocked.Exchange(ref _losses, 1);

    public bool AnswerWasLost => Volatile.Read(ref _losses) == 2;

    public IRollupStore Over(PlatformDatabase database) => new Store(this, new RollupStore(database));

    private sealed class Store(FailingRollups faults, RollupStore inner) : IRollupStore
    {
        public async Task<bool> AddAsync(TokenMove move, RollupDeltas deltas, CancellationToken cancellationToken)
        {
            if (faults.FailStores)
            {
                throw new JournalUnavailableException("A test makes the store fail.");
            }

            var stored = await inner.AddAsync(move, deltas, cancellationToken);
            if (Interlocked.CompareExchange(ref faults._losses, 2, 1) == 1)
            {
                throw new JournalUnavailableException("A test lost the answer.");
            }

            return stored;
        }

        public Task<StoredRollups> ReadAsync(RollupRead read, CancellationToken cancellationToken) =>
            inner.ReadAsync(read, cancellationToken);

        public Task<StoredSpans> ListAsync(
            Guid organisationId, string consumer, IReadOnlyList<string> metrics, CancellationToken cancellationToken) =>
            inner.ListAsync(organisationId, consumer, metrics, cancellationToken);
    }
}
