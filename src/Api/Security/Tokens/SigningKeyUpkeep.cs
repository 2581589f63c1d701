using Microsoft.Extensions.Options;

namespace Platform.Api.Security.Tokens;

/// <summary>
/// Reloads the signing keys every <see cref="TokenOptions.KeyReload"/>, so that each process knows of a change beforehand.
/// </summary>
public sealed partial class SigningKeyUpkeep(
    SigningKeys keys, IOptions<TokenOptions> options, TimeProvider time, ILogger<SigningKeyUpkeep> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.KeyReload, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await keys.LoadAsync(stoppingToken);
            }
#pragma warning disable CA1031 // On any failure the known keys keep signing, and the next tick retries.
            catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
            {
                NotRead(logger, exception.GetType().Name, exception.Message);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The signing keys could not be read: {Failure}: {Reason}")]
    private static partial void NotRead(ILogger logger, string failure, string reason);
}
