using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Testing;

namespace Platform.Grains.Tests.Engine;

public sealed class UpkeepTests
{
    [Fact]
    public async Task An_item_that_fails_is_retried_and_the_others_are_done()
    {
        using var rounds = new Rounds([.. Enumerable.Range(0, 50)], failing: 7);
        await rounds.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => rounds.Tried > 2, TimeSpan.FromSeconds(10), "there were several rounds");
        await rounds.StopAsync(CancellationToken.None);
        Assert.Equal(49, rounds.Done.Count);
        Assert.DoesNotContain(7, rounds.Done.Keys);
        Assert.All(rounds.Counts, count => Assert.Equal(49, count));
    }

    [Fact]
    public async Task A_round_that_fails_as_a_whole_does_not_end_the_upkeep()
    {
        using var rounds = new Rounds(null, failing: -1);
        await rounds.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => rounds.Tried > 2, TimeSpan.FromSeconds(10), "it continues");
        await rounds.StopAsync(CancellationToken.None);
        Assert.False(rounds.ExecuteTask!.IsFaulted);
    }

    private sealed class Rounds(int[]? due, int failing)
        : Grains.Engine.Upkeep(TimeSpan.FromMilliseconds(5), TimeProvider.System, NullLogger.Instance)
    {
        private int _tried;

        public ConcurrentDictionary<int, int> Done { get; } = new();

        public ConcurrentQueue<int> Counts { get; } = new();

        public int Tried => Volatile.Read(ref _tried);

        protected override async Task RoundAsync(CancellationToken stoppingToken)
        {
            Interlocked.Increment(ref _tried);
            var done = await ForEachAsync(due ?? throw new InvalidOperationException("The store is away."), 4, DoAsync, stoppingToken);
            if (!stoppingToken.IsCancellationRequested)
            {
                Counts.Enqueue(done);
            }
        }

        private async Task DoAsync(int one)
        {
            await Task.Yield();
            if (one == failing)
            {
                throw new InvalidOperationException("This one fails.");
            }

            Done.AddOrUpdate(one, 1, (_, times) => times + 1);
        }
    }
}
