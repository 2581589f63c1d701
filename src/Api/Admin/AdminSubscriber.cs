using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Platform.Api.Http;
using Platform.Api.Security;

namespace Platform.Api.Admin;

/// <summary>A connected super admin: the state last sent, and the messages still to send.</summary>
public sealed class AdminSubscriber(SignedIn caller, ISingleClientProxy client, string timeZone)
{
    private const int Capacity = 16;
    private readonly Channel<(string Method, object Message)> _messages = Channel.CreateBounded<(string, object)>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private long _offset;
    private string? _sentFigures;
    private Guid? _newest;

    public SignedIn Caller { get; } = caller;

    public ISingleClientProxy Client { get; } = client;

    public string TimeZone { get; } = timeZone;

    public ChannelReader<(string Method, object Message)> Messages => _messages.Reader;

    /// <summary>Queues the snapshot the first time, then updates if the figures changed or there is new activity.</summary>
    public void Offer(OverviewResponse overview, IReadOnlyList<ActivityItem> newest)
    {
        var figures = JsonSerializer.Serialize(overview with { At = default }, PlatformJson.Of<OverviewResponse>());
        IReadOnlyList<ActivityItem> fresh = [.. newest.TakeWhile(item => item.Id != _newest)];
        if (fresh.Count == 0 && figures == _sentFigures)
        {
            return;
        }

        (_sentFigures, _newest, _offset) = (figures, newest.Count > 0 ? newest[0].Id : _newest, _offset + 1);
        _messages.Writer.TryWrite(_offset == 1
            ? ("adminSnapshot", new AdminSnapshotMessage(_offset, overview, fresh))
            : ("adminUpdate", new AdminUpdateMessage(_offset, overview, fresh)));
    }

    public void Close() => _messages.Writer.TryComplete();
}
