using Microsoft.AspNetCore.SignalR;
using Platform.Metrics;

namespace Platform.Api.Push;

/// <summary>
/// What one client has yet to be sent: at most one value for each widget and unit, the latest. A client that reads slowly
/// holds up its own sender and nobody else's, and its backlog does not grow.
/// </summary>
public sealed class LiveConnection : LiveSender
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Metric, string Unit), LiveValue> _pending = [];
    private readonly string _dashboardId;
    private LiveSnapshotMessage? _snapshot;
    private LiveUpdate? _latest;

    public LiveConnection(ISingleClientProxy client, LiveFeed feed, string dashboardId, ILogger logger)
        : base(client, logger) => (Feed, _dashboardId) = (feed, dashboardId);

    public LiveFeed Feed { get; }

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

    protected override void Leave() => Feed.Remove(this);

    protected override IReadOnlyList<(string Method, object Message)> Take()
    {
        lock (_lock)
        {
            var taken = new List<(string, object)>();
            if (_snapshot is { } snapshot)
            {
                taken.Add(("snapshot", snapshot));
                _snapshot = null;
            }

            if (_latest is { } latest)
            {
                taken.AddRange(_pending.Values.ToWidgets().Where(widget => widget.Values.Count > 0).Select(widget => ("update", (object)new LiveUpdateMessage(
                    _dashboardId, widget.WidgetId, latest.Epoch, latest.Offset, latest.At, latest.CommittedAt, widget.Values))));
                _pending.Clear();
                _latest = null;
            }

            return taken;
        }
    }
}
