using Platform.Grains;
using Platform.Storage;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Silo.Hosting;

/// <summary>
/// Rebuilds all read models from the journal before the process serves, as the owner of the tables: with
/// Platform:RebuildReadModels=true, or if a migration has requested it.
/// </summary>
public static class RebuildHosting
{
    /// <summary>Rebuilds the read models. Returns the number of journal rows that were folded.</summary>
    public static async Task<long> RebuildReadModelsAsync(string owner, CancellationToken cancellationToken)
    {
        await using var services = Services(owner);
        return await services.GetRequiredService<ReadModelRebuild>().RunAsync(cancellationToken);
    }

    /// <summary>Rebuilds the read models if due. Returns null if not.</summary>
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
