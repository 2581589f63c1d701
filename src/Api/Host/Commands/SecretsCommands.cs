using Platform.Storage.Engine.Secrets;

namespace Platform.Api.Host.Commands;

/// <summary><c>secrets rotate</c>: re-encrypts all secrets with a new key (<see cref="KeyRotation"/>).</summary>
internal static class SecretsCommands
{
    public static async Task<int> RotateAsync(CommandLine line, CancellationToken cancellationToken)
    {
        await using var database = await CommandDatabase.OpenAsync(line.Configuration, cancellationToken);
        var rotation = new KeyRotation(database.Database, database.Keys, TimeProvider.System);
        return await rotation.RunAsync(line.Flags.Contains("--drop-old"), Console.WriteLine, cancellationToken) ? 0 : 1;
    }
}
