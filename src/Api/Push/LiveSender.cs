using Microsoft.AspNetCore.SignalR;

namespace Platform.Api.Push;

/// <summary>
/// Sends pending messages to one client. A slow client delays only its own sender; subclasses limit what is pending.
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

    /// <summary>Takes all pending messages, with the client method for each.</summary>
    protected abstract IReadOnlyList<(string Method, object Message)> Take();

    /// <summary>Stops collecting messages for this client.</summary>
    protected abstract void Leave();

    /// <summary>Wakes the sender because something is pending.</summary>
    protected void Signal()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // The sender is already signalled and takes everything pending.
        }
        catch (ObjectDisposedException)
        {
            // The client disconnected.
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
            // The client disconnected.
        }
        catch (Exception exception)
        {
            SendingFailed(logger, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Sending to a live client failed")]
    private static partial void SendingFailed(ILogger logger, Exception exception);
}
