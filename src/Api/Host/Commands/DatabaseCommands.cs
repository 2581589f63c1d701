using Platform.Silo.Hosting;

namespace Platform.Api.Host.Commands;

/// <summary>
/// <c>database prepare</c>: what the owner of the tables does at a start, by itself. Processes that are started without the owner's
/// connection string wait for it. It needs no keys of secrets.
/// </summary>
internal static class DatabaseCommands
{
    public static async Task<int> PrepareAsync(CommandLine line, CancellationToken cancellationToken)
    {
        var configuration = line.Configuration;
        if (string.IsNullOrEmpty(configuration[SiloSettings.DatabaseOwnerKey]) && string.IsNullOrEmpty(configuration[SiloSettings.DatabaseKey]))
        {
            await Console.Error.WriteLineAsync($"Name the owner in {SiloSettings.DatabaseOwnerKey}, and the login of the running platform in {SiloSettings.DatabaseKey}.");
            return 2;
        }

        var prepared = await DatabaseHosting.PrepareAsync(configuration, TimeSpan.FromSeconds(60), cancellationToken);
        await DatabaseHosting.RebuildAsync(configuration, prepared, cancellationToken);
        Console.WriteLine("The database is ready for this build.");
        return 0;
    }
}
