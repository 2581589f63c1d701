using Microsoft.Extensions.DependencyInjection;
using Platform.Grains.Engine.Journal;
using Platform.Testing;

namespace Platform.Grains.Tests.Engine.Entities;

/// <summary>The order in which a silo stops.</summary>
public sealed class StoppingTests
{
    /// <summary>Otherwise the writer would find the row, take it for an eviction, and end the process at once.</summary>
    [Fact]
    public async Task The_writer_stops_before_a_stopping_silo_marks_itself_dead()
    {
        var cluster = new StoppingCluster();
        await cluster.InitializeAsync();
        await cluster.DisposeAsync();
        Assert.Equal(AppendResult.Overloaded, await cluster.Probe.Late.Task.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    private sealed class StoppingCluster : ClusterFixture
    {
        public LateAppend Probe { get; } = new();

        protected override void ConfigureSilo(ISiloBuilder silo) =>
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider =>
            {
                Probe.Writer = provider.GetRequiredService<IJournalWriter>();
                return Probe;
            });
    }

    /// <summary>Tries to write in the stage in which Orleans writes the membership row.</summary>
    private sealed class LateAppend : ILifecycleParticipant<ISiloLifecycle>
    {
        public IJournalWriter? Writer { get; set; }

        public TaskCompletionSource<AppendResult> Late { get; } = new();

        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
            nameof(LateAppend),
            ServiceLifecycleStage.RuntimeInitialize + 1,
            _ => Task.CompletedTask,
            async _ =>
            {
                var append = new Append(
                    new AppendChain(), new EntityKey(EntityCluster.NewId(), EntityCluster.NewId()), "test", 1,
                    OperationId.Fresh(TimeProvider.System), Guid.Empty, Guid.Empty, TimeProvider.System.GetUtcNow(),
                    "[]"u8.ToArray(), "{}"u8.ToArray(), false, []);
                Late.SetResult((await Writer!.AppendAsync(append)).Result);
            });
    }
}
