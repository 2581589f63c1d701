using Microsoft.Extensions.DependencyInjection;
using Platform.Grains;
using Platform.Storage;
using Platform.Storage.ReadModels;

namespace Platform.Silo;

/// <summary>Platform:RebuildReadModels=true writes all read models anew from the journal before the process starts to serve.</summary>
public static class RebuildHosting
{
    /// <summary>How many rows of the journal were folded.</summary>
    public static async Task<long> RebuildReadModelsAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection()
            .AddSingleton(new PlatformDatabase(connectionString))
            .AddEntityDefinitions()
            .AddReadModelWriters()
            .AddSingleton<ReadModelRebuild>()
            .BuildServiceProvider();
        return await services.GetRequiredService<ReadModelRebuild>().RunAsync(cancellationToken);
    }
}
