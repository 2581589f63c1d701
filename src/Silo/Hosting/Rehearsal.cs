using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Grains.Wallets;
using Platform.Storage.Engine.Journal;

namespace Platform.Silo.Hosting;

/// <summary>
/// Before a silo is ready, it decides and writes some commands that it then takes back, so that the first real one does not pay for the
/// compiler. It leaves no row anywhere. Off with <c>Platform:WarmUp=false</c>.
/// </summary>
public sealed partial class Rehearsal(WriterRehearsal writer, TimeProvider time, IConfiguration configuration, ILogger<Rehearsal> logger) : IHostedService
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
#pragma warning disable CA1031 // Cold is slower, not wrong.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNotRehearsed(logger, exception.GetType().Name);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "The silo starts without having rehearsed a command: {Failure}")]
    private static partial void LogNotRehearsed(ILogger logger, string failure);
}
