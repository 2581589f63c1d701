using Platform.Metrics;

namespace Platform.Api.Push;

/// <summary>
/// The live values of one organisation in this process: current values, recent updates for clients that reconnect, and the connected
/// clients.
/// </summary>
public sealed class LiveFeed(Guid organisationId, Action<LiveFeed> resync) : IFeed, ILiveObserver
{
    public const int Buffered = 512;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Metric, string Unit), LiveValue> _values = [];
    private readonly Queue<LiveUpdate> _recent = new();
    private readonly HashSet<LiveConnection> _connections = [];
    private string _epoch = "";
    private long _offset;
    private DateTimeOffset _at;

    public Guid OrganisationId { get; } = organisationId;

    public long? EmptySince { get; private set; } = TimeProvider.System.GetTimestamp();

    public void ExpectClient()
    {
        lock (_lock)
        {
            EmptySince = _connections.Count == 0 ? TimeProvider.System.GetTimestamp() : null;
        }
    }

    public Task OnUpdateAsync(Guid organisationId, LiveUpdate update)
    {
        if (!Apply(update))
        {
            resync(this);
        }

        return Task.CompletedTask;
    }

    /// <summary>Adds a client. It gets the updates it missed if they are buffered, otherwise a snapshot, and then every update.</summary>
    public LiveSubscription Add(LiveConnection connection, string dashboardId, string? epoch, long offset)
    {
        lock (_lock)
        {
            _connections.Add(connection);
            EmptySince = null;
            var first = _recent.Count > 0 ? _recent.Peek().Offset : _offset + 1;
            var recovered = epoch is not null && epoch == _epoch && offset <= _offset && offset >= first - 1;
            if (recovered)
            {
                foreach (var update in _recent.Where(update => update.Offset > offset))
                {
                    connection.Offer(update);
                }
            }
            else
            {
                connection.Offer(Current(), recovered: false);
            }

            return new LiveSubscription(dashboardId, _epoch, _offset, recovered);
        }
    }

    public void Remove(LiveConnection connection)
    {
        lock (_lock)
        {
            if (_connections.Remove(connection) && _connections.Count == 0)
            {
                EmptySince = TimeProvider.System.GetTimestamp();
            }
        }
    }

    /// <summary>Applies the grain's state. Sends the changes to the clients, or everything if the epoch is new.</summary>
    public void Apply(LiveSnapshot snapshot)
    {
        lock (_lock)
        {
            if (snapshot.Epoch == _epoch)
            {
                if (snapshot.Offset > _offset)
                {
                    var changed = snapshot.Values.Where(value => _values.GetValueOrDefault((value.Metric, value.Unit)) != value).ToList();
                    Accept(new LiveUpdate(snapshot.Epoch, snapshot.Offset, changed, snapshot.At, snapshot.At));
                }

                return;
            }

            (_epoch, _offset, _at) = (snapshot.Epoch, snapshot.Offset, snapshot.At);
            _recent.Clear();
            _values.Clear();
            foreach (var value in snapshot.Values)
            {
                _values[(value.Metric, value.Unit)] = value;
            }

            foreach (var connection in _connections)
            {
                connection.Offer(snapshot, recovered: false);
            }
        }
    }

    // Returns false if earlier updates were lost.
    private bool Apply(LiveUpdate update)
    {
        lock (_lock)
        {
            if (update.Epoch != _epoch)
            {
                return false;
            }

            if (update.Offset <= _offset)
            {
                return true;
            }

            var complete = update.Offset == _offset + 1;
            if (complete)
            {
                Accept(update);
            }

            return complete;
        }
    }

    private void Accept(LiveUpdate update)
    {
        foreach (var value in update.Values)
        {
            _values[(value.Metric, value.Unit)] = value;
        }

        (_offset, _at) = (update.Offset, update.At);
        _recent.Enqueue(update);
        if (_recent.Count > Buffered)
        {
            _recent.Dequeue();
        }

        foreach (var connection in _connections)
        {
            connection.Offer(update);
        }
    }

    private LiveSnapshot Current() => new(_epoch, _offset, [.. _values.Values], _at);
}
