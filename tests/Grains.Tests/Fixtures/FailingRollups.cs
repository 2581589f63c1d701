using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;
using Platform.Grains.Metrics;
using Platform.Storage.Engine;
using Platform.Storage.Metrics;

namespace Platform.Grains.Tests.Fixtures;

/// <summary>The real rollups, with stores that fail before or after they take place.</summary>
public sealed class FailingRollups
{
    private int _losses;

    /// <summary>Nothing is stored: as with a database that is away.</summary>
    public bool FailStores { get; set; }

    /// <summary>Stored, but the answer is lost; once.</summary>
    public void LoseNextAnswer() => Interlocked.Exchange(ref _losses, 1);

    public bool AnswerWasLost => Volatile.Read(ref _losses) == 2;

    public IRollupStore Over(PlatformDatabase database) => new Store(this, new RollupStore(database));

    private sealed class Store(FailingRollups faults, RollupStore inner) : IRollupStore
    {
        public async Task<bool> AddAsync(TokenMove move, RollupDeltas deltas, CancellationToken cancellationToken)
        {
            if (faults.FailStores)
            {
                throw new JournalUnavailableException("A test keeps the store away.");
            }

            var stored = await inner.AddAsync(move, deltas, cancellationToken);
            if (Interlocked.CompareExchange(ref faults._losses, 2, 1) == 1)
            {
                throw new JournalUnavailableException("A test lost the answer.");
            }

            return stored;
        }

        public Task<StoredRollups> ReadAsync(RollupRead read, CancellationToken cancellationToken) => inner.ReadAsync(read, cancellationToken);

        public Task<StoredSpans> ListAsync(
            Guid organisationId, string consumer, IReadOnlyList<string> metrics, CancellationToken cancellationToken) =>
            inner.ListAsync(organisationId, consumer, metrics, cancellationToken);
    }
}
