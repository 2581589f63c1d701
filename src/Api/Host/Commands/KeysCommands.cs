using Microsoft.Extensions.Options;
using Platform.Api.Security.Tokens;
using Platform.Storage.Engine.Secrets;
using Platform.Storage.Identity;

namespace Platform.Api.Host.Commands;

/// <summary><c>keys rotate</c>: activates the next signing key (<see cref="SigningKeySchedule"/>). Running processes pick it up.</summary>
internal static class KeysCommands
{
    public static async Task<int> RotateAsync(CommandLine line, CancellationToken cancellationToken)
    {
        await using var database = await CommandDatabase.OpenAsync(line.Configuration, cancellationToken);
        var options = new TokenOptions();
        line.Configuration.GetSection("Tokens").Bind(options);
        var table = new SigningKeyTable(database.Database, new SecretBox(database.Keys));
        using var keys = new SigningKeys(table, Options.Create(options), TimeProvider.System);
        await keys.RotateAsync(cancellationToken);

        var signing = keys.Current;
        foreach (var key in keys.All)
        {
            var state = key == signing ? "signs"
                : key.ActiveFrom is null ? "next"
                : key.ActiveFrom > signing.ActiveFrom ? $"signs from {key.ActiveFrom:u}"
                : "verifies until its last token expires";
            Console.WriteLine($"{key.Kid}  {state}");
        }

        return 0;
    }
}
