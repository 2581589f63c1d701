using Microsoft.Extensions.Hosting;
using Platform.Storage.Engine.Tables;
using Platform.Testing;

namespace Platform.Grains.Tests.Engine.Entities;

/// <summary>A silo does not start if a read-model row has no writer.</summary>
public sealed class MissingWriterTests
{
    [Fact]
    public async Task A_silo_without_the_writer_of_a_row_does_not_start_and_names_it()
    {
        var cluster = new WithoutHolds();
        try
        {
            var refused = await Assert.ThrowsAsync<OrleansConfigurationException>(cluster.InitializeAsync);
            Assert.Contains("Platform.Grains.Wallets.HoldRow has no writer", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await cluster.DisposeAsync();
        }
    }

    private sealed class WithoutHolds : ClusterFixture
    {
        protected override void Configure(IHostApplicationBuilder host)
        {
            var writers = host.Services.Where(service => service.ServiceType == typeof(IReadModelWriter)).ToList();
            host.Services.Remove(writers.Single(writer => ((IReadModelWriter)writer.ImplementationInstance!).Table.Name == "hold"));
        }
    }
}
