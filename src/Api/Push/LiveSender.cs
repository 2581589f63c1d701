using Microsoft.AspNetCore.SignalR;

namespace Platform.Api.Push;

/// <summary>
/// Sends one client what is pending for it. A client that reads slowly holds up its own sender and nobody else's; what is pending
/// meanwhile is bounded by who gathers it.
/// </summary>
public abstract partial class LiveSender(ISingleClientProxy client, ILogger logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task _sending = Task.CompletedTask;

    public void Start() => _sending = SendAsync();

    public async ValueTask DisposeAsync()
    {
        Leave();
        await _stop.CancelAsync();
        await _sending;
        _stop.Dispose();
        _signal.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Everything that is pending, with the method of the client that it is for; it is pending no longer.</summary>
    protected abstract IReadOnlyList<(string Method, object Message)> Take();

    /// <summary>Nothing more is gathered for this client.</summary>
    protected abstract void Leave();

    /// <summary>Something is pending.</summary>
    protected void Signal()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // The sender has been told already and takes everything that is pending.
        }
        catch (ObjectDisposedException)
        {
            // The client has left.
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(_stop.Token);
                foreach (var (method, message) in Take())
                {
                    await client.SendAsync(method, message, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client has left.
        }
        catch (Exception exception)
        {
            SendingFailed(logger, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Sending to a live client failed")]
    private static partial void SendingFailed(ILogger logger, Exception exception);
}
