using System.Threading.Channels;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Http;

/// <summary>Work that is done after the answer, where the answer must not tell what was done. Bounded; what does not fit is dropped.</summary>
[Singleton(Hosted = true)]
public sealed partial class Postponed(IServiceProvider services, ILogger<Postponed> logger) : BackgroundService
{
    private readonly Channel<Func<IServiceProvider, Task>> _work =
        Channel.CreateBounded<Func<IServiceProvider, Task>>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Run(Func<IServiceProvider, Task> work) => _work.Writer.TryWrite(work);

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

    [LoggerMessage(1, LogLevel.Error, "Postponed work failed; its caller may ask again.")]
    private static partial void Failed(ILogger logger, Exception exception);
}
