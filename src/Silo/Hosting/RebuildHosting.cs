using Microsoft.Extensions.DependencyInjection;
using Platform.Grains;
using Platform.Storage;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Silo.Hosting;

/// <summary>
/// Writes all read models anew from the journal before the process starts to serve: with Platform:RebuildReadModels=true, and where
/// a migration has demanded it. As the owner of the tables.
/// </summary>
public static class RebuildHosting
{
    /// <summary>How many rows of the journal were folded.</summary>
    public static async Task<long> RebuildReadModelsAsync(string owner, CancellationToken cancellationToken)
    {
        await using var services = Services(owner);
        return await services.GetRequiredService<ReadModelRebuild>().RunAsync(cancellationToken);
    }

    /// <summary>The same where it is due; null where it is not.</summary>
    public static async Task<long?> RebuildIfDueAsync(string owner, CancellationToken cancellationToken)
    {
        await using var services = Services(owner);
        return await services.GetRequiredService<ReadModelRebuild>().RunIfDueAsync(cancellationToken);
    }

    private static ServiceProvider Services(string owner) => new ServiceCollection()
        .AddSingleton(_ => new PlatformDatabase(owner))
        .AddEntityDefinitions()
        .AddReadModelWriters()
        .AddSingleton<ReadModelRebuild>()
        .BuildServiceProvider();
}
