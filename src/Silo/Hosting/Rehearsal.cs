using Platform.Grains.Wallets;
using Platform.Storage.Engine.Journal;

namespace Platform.Silo.Hosting;

/// <summary>
/// Before a silo is ready, decides and writes some commands and rolls them back, so that the first real commands do not wait for the
/// JIT compiler. It leaves no rows. Disable it with <c>Platform:WarmUp=false</c>.
/// </summary>
public sealed partial class Rehearsal(
    WriterRehearsal writer, TimeProvider time, IConfiguration configuration, ILogger<Rehearsal> logger) : IHostedService
{
    private const int Rounds = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!configuration.GetValue("Platform:WarmUp", true))
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            for (var round = 0; round < Rounds && !limit.IsCancellationRequested; round++)
            {
                await writer.RunAsync(WalletRehearsal.Appends(time), limit.Token);
            }
        }
#pragma warning disable CA1031 // Without warm-up the silo is only slower at first.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception.GetType().Name);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "The warm-up failed; the silo starts without it: {Failure}")]
    private static partial void LogFailed(ILogger logger, string failure);
}
