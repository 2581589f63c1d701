using Microsoft.Extensions.Options;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Letters;

/// <summary>
/// Builds links for letters. They start with the configured address, never with a request's Host header: otherwise whoever requests a
/// letter for another user could choose where its token goes. Without a configured address, a letter contains only the token.
/// </summary>
[Singleton(Hosted = true)]
public sealed partial class LetterLinks(IOptions<AuthOptions> options, ILogger<LetterLinks> logger) : IHostedService
{
    /// <summary>Returns the line of a letter that contains only the link, which ends in the token.</summary>
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

    [LoggerMessage(1, LogLevel.Warning, "Auth:PublicUrl is not set: letters contain a token but no link.")]
    private static partial void NoLinks(ILogger logger);
}
