using Orleans.Runtime;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>
/// Finishes what a crash left behind: work that one row of the journal begins and another one ends. What has not ended two seconds
/// after it began is resumed; until then its own call is at work, so that the two do not meet. Resuming must do no harm where they
/// meet after all. The token stays before the oldest work under way, so that the next activation takes it up again.
/// </summary>
public abstract class ResumingProcessGrain(ConsumerServices services, string consumer) : JournalConsumerGrain(services, consumer)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int MaxFailures = 5;
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Guid, UnderWay> _underWay = [];
    private IGrainTimer? _timer;
    private bool _scheduled;

    // Before the oldest work under way there is nothing left to do.
    protected override Fence Done =>
        _underWay.Count == 0 ? Applied : _underWay.Values.MinBy(work => work.Entry.Fence)!.Before;

    protected override TimeSpan StoreWithin => TimeSpan.FromSeconds(10);

    /// <summary>The work that a row begins or ends, by its id.</summary>
    protected abstract IEnumerable<(Guid Work, bool Begins)> StepsOf(JournalEntry entry);

    /// <summary>Brings work to its end from the row that began it. True where nothing is left to do.</summary>
    protected abstract Task<bool> ResumeAsync(JournalEntry entry);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        _timer = this.RegisterGrainTimer(ResumeDueAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
    }

    protected override ValueTask ApplyAsync(JournalEntry entry)
    {
        foreach (var (work, begins) in StepsOf(entry))
        {
            if (begins)
            {
                _underWay[work] = new UnderWay(entry, Applied);
            }
            else
            {
                _underWay.Remove(work);
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

    private async Task ResumeDueAsync()
    {
        _scheduled = false;
        foreach (var (id, work) in _underWay.Where(work => Time.GetUtcNow() - work.Value.Entry.At >= Patience).ToList())
        {
            if (await TryResumeAsync(work))
            {
                _underWay.Remove(id);
                StoreSoon();
            }
        }

        Schedule(RetryEvery);
    }

    private async Task<bool> TryResumeAsync(UnderWay work)
    {
        try
        {
            Caller.Set(OrganisationId);
            return await ResumeAsync(work.Entry);
        }
        catch (Exception exception) when (IsInfrastructure(exception))
        {
            return false;
        }
        catch (Exception exception)
        {
            if (++work.Failures < MaxFailures)
            {
                return false;
            }

            Quarantine(work.Entry, exception);
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
