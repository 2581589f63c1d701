using Orleans.Streams;
using Orleans.Streams.Core;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>
/// A grain that folds the journal of its organisation. Each row affects its stored state exactly once, because the token is compared
/// and stored with the effect. The stream only makes it fast: on a gap, on activation and on a slow timer the grain reads the journal
/// itself. Derived classes need <c>[ImplicitStreamSubscription]</c>.
/// </summary>
public abstract partial class JournalConsumerGrain(ConsumerServices services, string consumer) : Grain, IStreamSubscriptionObserver
{
    private const int CatchUpPage = 500;
    private const int MaxUnstored = 20_000;
    private static readonly TimeSpan CatchUpEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan CatchUpSlice = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private IGrainTimer? _catchUpTimer;
    private IGrainTimer? _storeTimer;
    private ConsumerToken? _token;
    private int _unstored;
    private bool _storeScheduled;
    private bool _delivered;
    private bool _behind = true;

    protected Guid OrganisationId { get; private set; }

    protected string Consumer { get; } = consumer;

    protected TimeProvider Time => services.Time;

    /// <summary>All rows up to here are applied in memory.</summary>
    protected Fence Applied { get; private set; }

    /// <summary>All rows up to here may be stored as done.</summary>
    protected virtual Fence Done => Applied;

    /// <summary>The longest time from applying a row to storing its effect.</summary>
    protected virtual TimeSpan StoreWithin => TimeSpan.FromSeconds(1);

    /// <summary>
    /// Applies one row, completely or not at all. An exception quarantines the row, unless the infrastructure does not
    /// answer: then the row is retried.
    /// </summary>
    protected abstract ValueTask ApplyAsync(JournalEntry entry);

    /// <summary>Stores the effect and moves the token in one transaction. Returns false if the token was not the expected one.</summary>
    protected virtual Task<bool> StoreAsync(TokenMove move) => services.Store.MoveAsync(move, CancellationToken.None);

    /// <summary>Called when the outcome of the last <see cref="StoreAsync"/> is known.</summary>
    protected virtual void Settled(bool stored)
    {
    }

    /// <summary>Forgets everything in memory, because another activation has moved the token.</summary>
    protected virtual void Forget()
    {
    }

    /// <summary>Called after rows were applied, before they are stored.</summary>
    protected virtual void AfterApply()
    {
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        OrganisationId = EntityKey.Parse(this.GetPrimaryKeyString()).OrganisationId;
        StreamInstruments.Begin(Consumer);
        _catchUpTimer = this.RegisterGrainTimer(CatchUpTickAsync, new GrainTimerCreationOptions(TimeSpan.Zero, CatchUpEvery));
        _storeTimer = this.RegisterGrainTimer(
            StoreTickAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        return Task.CompletedTask;
    }

    /// <summary>Tries to store. Nothing depends on it.</summary>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => await StoreTickAsync();

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<JournalDelivery>().ResumeAsync((delivery, _) => DeliverAsync(delivery));

    /// <summary>Applies a delivery. Drops it if it is old; reads the journal if rows before it are missing.</summary>
    protected async Task DeliverAsync(JournalDelivery delivery)
    {
        using var activity = StreamInstruments.Activities.StartActivity("journal.deliver");
        _delivered = true;
        try
        {
            await LoadAsync();
            if (delivery.Through <= Applied)
            {
                StreamInstruments.Delivered(Consumer, "duplicate", lag: null);
                return;
            }

            var contiguous = delivery.After <= Applied;
            StreamInstruments.Delivered(Consumer, contiguous ? "applied" : "gap", Time.GetUtcNow() - delivery.Entries[^1].At);
            if (contiguous)
            {
                await ApplyAllAsync(delivery.Entries, delivery.Through);
            }
            else
            {
                await CatchUpAsync(CatchUpSlice);
            }
        }
        catch (Exception exception)
        {
            // Not rethrown: Orleans would block the whole partition while it retries, and then skip the delivery.
            RetrySoon(exception);
        }
    }

    /// <summary>Reads the stored token, unless it is known. Throws if the store does not answer.</summary>
    protected async Task LoadAsync()
    {
        if (_token is null)
        {
            Applied = await services.Store.LoadAsync(OrganisationId, Consumer, CancellationToken.None);
            _token = new ConsumerToken(Applied);
        }
    }

    /// <summary>
    /// Applies everything that was committed before the call. Returns false if some of it could not be read yet by the deadline,
    /// because an older transaction still runs.
    /// </summary>
    protected async Task<bool> CatchUpToHeadAsync(TimeSpan deadline)
    {
        await LoadAsync();
        var started = Time.GetTimestamp();
        var head = await services.Store.HeadAsync(OrganisationId, CancellationToken.None);
        while (Applied < head)
        {
            await CatchUpAsync(deadline);
            if (Applied < head)
            {
                if (Time.GetElapsedTime(started) >= deadline)
                {
                    return false;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(3), Time);
            }
        }

        return true;
    }

    /// <summary>Logs a failure and schedules a retry.</summary>
    protected void RetrySoon(Exception exception)
    {
        StreamInstruments.Retry(Consumer);
        ConsumerLog.Failed(services.Logger, Consumer, exception);
        _behind = true;
        _catchUpTimer?.Change(RetryAfter, CatchUpEvery);
    }

    /// <summary>Whether something did not answer, which says nothing about the row.</summary>
    protected static bool IsInfrastructure(Exception exception) =>
        exception is JournalUnavailableException or TimeoutException or OrleansException or OperationCanceledException;

    private async Task CatchUpAsync(TimeSpan slice)
    {
        var started = Time.GetTimestamp();
        while (true)
        {
            var page = await services.Journal.ReadOrganisationAsync(OrganisationId, Applied, CatchUpPage, CancellationToken.None);
            await ApplyAllAsync(page.Entries, page.Through);
            _behind = page.More;
            if (!page.More)
            {
                return;
            }

            if (Time.GetElapsedTime(started) >= slice)
            {
                _catchUpTimer?.Change(TimeSpan.Zero, CatchUpEvery);
                return;
            }
        }
    }

    private async Task ApplyAllAsync(IReadOnlyList<JournalEntry> entries, Fence through)
    {
        var before = _unstored;
        try
        {
            foreach (var entry in entries)
            {
                if (entry.Fence <= Applied)
                {
                    continue;
                }

                try
                {
                    await ApplyAsync(entry);
                }
                catch (Exception exception) when (!IsInfrastructure(exception))
                {
                    Quarantine(entry, exception);
                }

                Applied = entry.Fence;
                _unstored++;
            }

            if (through > Applied)
            {
                Applied = through;
            }
        }
        finally
        {
            if (_unstored > before)
            {
                StoreSoon();
                AfterApply();
            }
        }

        if (_unstored >= MaxUnstored)
        {
            await StoreNowAsync();
        }
    }

    private async Task CatchUpTickAsync()
    {
        // Deliveries since the last tick were contiguous, or _behind says that rows are missing.
        var delivered = _delivered;
        _delivered = false;
        if (delivered && !_behind)
        {
            return;
        }

        try
        {
            await LoadAsync();
            await CatchUpAsync(CatchUpSlice);
        }
        catch (Exception exception)
        {
            RetrySoon(exception);
        }
    }
}
