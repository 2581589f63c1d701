using System.Threading.Channels;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Http;

/// <summary>
/// Runs work after the answer was sent, so that its timing does not reveal what was done. Drops work if the queue is full.
/// </summary>
[Singleton(Hosted = true)]
public sealed partial class DeferredWork(IServiceProvider services, ILogger<DeferredWork> logger) : BackgroundService
{
    private readonly Channel<Func<IServiceProvider, Task>> _work =
        Channel.CreateBounded<Func<IServiceProvider, Task>>(
            new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Enqueue(Func<IServiceProvider, Task> work) => _work.Writer.TryWrite(work);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var work in _work.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    await work(services);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    Failed(logger, exception);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Deferred work failed; the caller can repeat the request.")]
    private static partial void Failed(ILogger logger, Exception exception);
}
