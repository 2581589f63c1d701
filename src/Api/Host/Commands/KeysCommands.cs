using Microsoft.Extensions.Options;
using Platform.Api.Security.Tokens;
using Platform.Storage.Engine.Secrets;
using Platform.Storage.Identity;

namespace Platform.Api.Host.Commands;

/// <summary><c>keys rotate</c>: see <see cref="SigningKeySchedule"/>. Running processes take it over by themselves.</summary>
internal static class KeysCommands
{
    public static async Task<int> RotateAsync(CommandLine line, CancellationToken cancellationToken)
    {
        await using var database = await CommandDatabase.OpenAsync(line.Configuration, cancellationToken);
        var options = new TokenOptions();
        line.Configuration.GetSection("Tokens").Bind(options);
        using var keys = new SigningKeys(new SigningKeyTable(database.Database, new SecretBox(database.Keys)), Options.Create(options), TimeProvider.System);
        await keys.RotateAsync(cancellationToken);

        var signing = keys.Current;
        foreach (var key in keys.All)
        {
            Console.WriteLine($"{key.Kid}  {(key == signing ? "signs" : key.ActiveFrom is null ? "next" : key.ActiveFrom > signing.ActiveFrom ? $"signs from {key.ActiveFrom:u}" : "until its last token has expired")}");
        }

        return 0;
    }
}
