using Microsoft.Extensions.Options;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Letters;

/// <summary>
/// Links in letters. They begin with the configured address and never with the Host of a request: whoever asks for a letter to somebody
/// else would choose where its token goes. Without that address a letter has the token alone.
/// </summary>
[Singleton(Hosted = true)]
public sealed partial class LetterLinks(IOptions<AuthOptions> options, ILogger<LetterLinks> logger) : IHostedService
{
    /// <summary>A line of a letter that has nothing but the link, which ends in the token.</summary>
    public string LineOf(MailToken token) =>
        options.Value.PublicUrl is { } url ? $"{url}{LetterPaths.Of(token.Purpose)}/{token}" : token.ToString();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.PublicUrl is null)
        {
            NoLinks(logger);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "Auth:PublicUrl is not set: letters have a token and no link.")]
    private static partial void NoLinks(ILogger logger);
}
