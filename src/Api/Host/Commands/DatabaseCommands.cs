using Platform.Silo.Hosting;

namespace Platform.Api.Host.Commands;

/// <summary>
/// <c>database prepare</c>: runs the start-up work of the table owner on its own. Processes without the owner's connection string wait
/// for it. It needs no secret keys.
/// </summary>
internal static class DatabaseCommands
{
    public static async Task<int> PrepareAsync(CommandLine line, CancellationToken cancellationToken)
    {
        var configuration = line.Configuration;
        if (string.IsNullOrEmpty(configuration[SiloSettings.DatabaseOwnerKey]) &&
            string.IsNullOrEmpty(configuration[SiloSettings.DatabaseKey]))
        {
            await Console.Error.WriteLineAsync(
                $"Set the owner in {SiloSettings.DatabaseOwnerKey}, and the login of the running platform in {SiloSettings.DatabaseKey}.");
            return 2;
        }

        var prepared = await DatabaseHosting.PrepareAsync(configuration, TimeSpan.FromSeconds(60), cancellationToken);
        await DatabaseHosting.RebuildAsync(configuration, prepared, cancellationToken);
        Console.WriteLine("The database is ready for this build.");
        return 0;
    }
}
