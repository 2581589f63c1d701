using Microsoft.AspNetCore.SignalR;
using Platform.Metrics;

namespace Platform.Api.Live;

/// <summary>
/// What one client has yet to be sent: at most one value for each widget and unit, the latest. A client that reads slowly
/// holds up its own sender and nobody else's, and its backlog does not grow.
/// </summary>
public sealed partial class LiveConnection : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<(string Metric, string Unit), LiveValue> _pending = [];
    private readonly ISingleClientProxy _client;
    private readonly string _dashboardId;
    private readonly ILogger _logger;
    private LiveSnapshotMessage? _snapshot;
    private LiveUpdate? _latest;
    private Task _sending = Task.CompletedTask;

    public LiveConnection(ISingleClientProxy client, LiveFeed feed, string dashboardId, ILogger logger) =>
        (_client, Feed, _dashboardId, _logger) = (client, feed, dashboardId, logger);

    public LiveFeed Feed { get; }

    public void Start() => _sending = SendAsync();

    /// <summary>Everything pending is older than this and is dropped.</summary>
    public void Offer(LiveSnapshot snapshot, bool recovered)
    {
        lock (_lock)
        {
            _pending.Clear();
            _latest = null;
            _snapshot = new LiveSnapshotMessage(_dashboardId, snapshot.Epoch, snapshot.Offset, recovered, snapshot.At, snapshot.Values.ToWidgets());
        }

        Signal();
    }

    public void Offer(LiveUpdate update)
    {
        lock (_lock)
        {
            foreach (var value in update.Values)
            {
                _pending[(value.Metric, value.Unit)] = value;
            }

            _latest = update;
        }

        Signal();
    }

    public async ValueTask DisposeAsync()
    {
        Feed.Remove(this);
        await _stop.CancelAsync();
        await _sending;
        _stop.Dispose();
        _signal.Dispose();
    }

    private void Signal()
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
                var (snapshot, updates) = Take();
                if (snapshot is not null)
                {
                    await _client.SendAsync("snapshot", snapshot, _stop.Token);
                }

                foreach (var update in updates)
                {
                    await _client.SendAsync("update", update, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client has left.
        }
        catch (Exception exception)
        {
            SendingFailed(_logger, exception);
        }
    }

    private (LiveSnapshotMessage? Snapshot, IReadOnlyList<LiveUpdateMessage> Updates) Take()
    {
        lock (_lock)
        {
            var snapshot = _snapshot;
            _snapshot = null;
            if (_latest is not { } latest)
            {
                return (snapshot, []);
            }

            LiveUpdateMessage[] updates =
            [
                .. _pending.Values.ToWidgets().Where(widget => widget.Values.Count > 0).Select(widget => new LiveUpdateMessage(
                    _dashboardId, widget.WidgetId, latest.Epoch, latest.Offset, latest.At, latest.CommittedAt, widget.Values)),
            ];
            _pending.Clear();
            _latest = null;
            return (snapshot, updates);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Sending to a live client failed")]
    private static partial void SendingFailed(ILogger logger, Exception exception);
}
