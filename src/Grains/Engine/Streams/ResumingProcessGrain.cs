using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>
/// Finishes work after a crash: work that one journal row begins and another ends. Work that has not ended two seconds after it began
/// is resumed; until then its own call is probably still running. Resuming must be safe even if that call is still running.
/// The token stays before the oldest unfinished work, so that the next activation finds it again.
/// </summary>
public abstract class ResumingProcessGrain(ConsumerServices services, string consumer) : JournalConsumerGrain(services, consumer)
{
    public static readonly TimeSpan ResumeAfter = TimeSpan.FromSeconds(2);

    private const int MaxFailures = 5;
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Guid, UnfinishedWork> _unfinished = [];
    private IGrainTimer? _timer;
    private bool _scheduled;

    // Everything before the oldest unfinished work is done.
    protected override Fence Done =>
        _unfinished.Count == 0 ? Applied : _unfinished.Values.MinBy(work => work.Entry.Fence)!.Before;

    protected override TimeSpan StoreWithin => TimeSpan.FromSeconds(10);

    /// <summary>The ids of the work that a row begins or ends.</summary>
    protected abstract IEnumerable<(Guid Work, bool Begins)> StepsOf(JournalEntry entry);

    /// <summary>Finishes work, given the row that began it. Returns true if nothing is left to do.</summary>
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
                _unfinished[work] = new UnfinishedWork(entry, Applied);
            }
            else
            {
                _unfinished.Remove(work);
            }
        }

        return ValueTask.CompletedTask;
    }

    protected override void AfterApply() => Schedule(ResumeAfter);

    protected override void Forget() => _unfinished.Clear();

    private void Schedule(TimeSpan due)
    {
        if (_unfinished.Count > 0 && !_scheduled)
        {
            _scheduled = true;
            _timer?.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task ResumeDueAsync()
    {
        _scheduled = false;
        foreach (var (id, work) in _unfinished.Where(work => Time.GetUtcNow() - work.Value.Entry.At >= ResumeAfter).ToList())
        {
            if (await TryResumeAsync(work))
            {
                _unfinished.Remove(id);
                StoreSoon();
            }
        }

        Schedule(RetryEvery);
    }

    private async Task<bool> TryResumeAsync(UnfinishedWork work)
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

    private sealed class UnfinishedWork(JournalEntry entry, Fence before)
    {
        public JournalEntry Entry { get; } = entry;

        public Fence Before { get; } = before;

        public int Failures { get; set; }
    }
}
