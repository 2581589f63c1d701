using Microsoft.AspNetCore.SignalR;
using Platform.Metrics;

namespace Platform.Api.Push;

/// <summary>
/// The values still to be sent to one client: only the latest for each widget and unit. A slow client delays only its own sender, and its
/// backlog does not grow.
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

    /// <summary>Queues a snapshot and drops everything pending, which is older.</summary>
    public void Offer(LiveSnapshot snapshot, bool recovered)
    {
        lock (_lock)
        {
            _pending.Clear();
            _latest = null;
            _snapshot = new LiveSnapshotMessage(
                _dashboardId, snapshot.Epoch, snapshot.Offset, recovered, snapshot.At, snapshot.Values.ToWidgets());
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
                var changed = _pending.Values.ToWidgets().Where(widget => widget.Values.Count > 0);
                taken.AddRange(changed.Select(widget => ("update", (object)new LiveUpdateMessage(
                    _dashboardId, widget.WidgetId, latest.Epoch, latest.Offset, latest.At, latest.CommittedAt, widget.Values))));
                _pending.Clear();
                _latest = null;
            }

            return taken;
        }
    }
}
