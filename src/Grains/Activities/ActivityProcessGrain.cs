using System.Text.Json;
using Orleans.Runtime;
using Platform.Activities;
using Platform.Grains.Common.Journal;
using Platform.Grains.Common.Streams;

namespace Platform.Grains.Activities;

/// <summary>The process of one organisation that brings recorded activities to their end. It is only fed by the journal.</summary>
[Alias("platform.activities.process")]
public interface IActivityProcessGrain : IGrainWithStringKey;

/// <summary>
/// Finishes what a crash left behind. An activity that was requested and neither completed nor declined two seconds later
/// is resumed: until then its own call is at work, so that the two do not meet. Its steps carry the same operation ids, so
/// that resuming what is still under way does no harm either. The token stays before the oldest activity under way, so
/// that the next activation takes it up again.
/// </summary>
[GrainType("activity-process")]
[ImplicitStreamSubscription(JournalStream.Namespace)]
public sealed class ActivityProcessGrain(ConsumerServices services)
    : JournalConsumerGrain(services, ConsumerName), IActivityProcessGrain
{
    public const string ConsumerName = "activity-process";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int MaxFailures = 5;
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Guid, UnderWay> _underWay = [];
    private IGrainTimer? _timer;
    private bool _scheduled;

    // Before the oldest activity under way there is nothing left to do.
    protected override Fence Done =>
        _underWay.Count == 0 ? Applied : _underWay.Values.MinBy(activity => activity.Entry.Fence)!.Before;

    protected override TimeSpan StoreWithin => TimeSpan.FromSeconds(10);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        _timer = this.RegisterGrainTimer(ResumeAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
    }

    protected override ValueTask ApplyAsync(JournalEntry entry)
    {
        if (entry.EntityType != "activity")
        {
            return ValueTask.CompletedTask;
        }

        using var events = JsonDocument.Parse(entry.Events);
        foreach (var json in events.RootElement.EnumerateArray())
        {
            switch (json.GetProperty("$type").GetString())
            {
                case "requested":
                    _underWay[entry.EntityId] = new UnderWay(entry, Applied);
                    break;
                case "completed" or "declined":
                    _underWay.Remove(entry.EntityId);
                    break;
                default:
                    break;
            }
        }

        return ValueTask.CompletedTask;
    }

    protected override void AfterApply() => Schedule(Patience);

    protected override void Forget() => _underWay.Clear();

    private void Schedule(TimeSpan due)
    {
        if (_underWay.Count > 0 && !_scheduled)
        {
            _scheduled = true;
            _timer?.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task ResumeAsync()
    {
        _scheduled = false;
        foreach (var activity in _underWay.Values.Where(activity => Time.GetUtcNow() - activity.Entry.At >= Patience).ToList())
        {
            if (await TryResumeAsync(activity))
            {
                _underWay.Remove(activity.Entry.EntityId);
                StoreSoon();
            }
        }

        Schedule(RetryEvery);
    }

    // True where there is nothing left to do.
    private async Task<bool> TryResumeAsync(UnderWay activity)
    {
        var entry = activity.Entry;
        try
        {
            Caller.Set(OrganisationId);
            var result = await GrainFactory.GetGrain<IActivityGrain>(new EntityKey(OrganisationId, entry.EntityId).ToString()).ResumeAsync();
            return result.IsSuccess || result.Error.Kind != ErrorKind.Unavailable;
        }
        catch (Exception exception) when (IsInfrastructure(exception))
        {
            return false;
        }
        catch (Exception exception)
        {
            if (++activity.Failures < MaxFailures)
            {
                return false;
            }

            Quarantine(entry, exception);
            return true;
        }
    }

    private sealed class UnderWay(JournalEntry entry, Fence before)
    {
        public JournalEntry Entry { get; } = entry;

        public Fence Before { get; } = before;

        public int Failures { get; set; }
    }
}
