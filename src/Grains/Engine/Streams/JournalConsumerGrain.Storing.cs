using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Streams;

/// <summary>Stores the effect with the token, and finds out the outcome of a store whose answer was lost.</summary>
public abstract partial class JournalConsumerGrain
{
    /// <summary>
    /// Settles a store with unknown outcome by comparing with the token that is stored now. Returns false if another activation has
    /// moved it; everything in memory is then forgotten.
    /// </summary>
    protected bool Confirm(Fence token)
    {
        switch (_token!.Compare(token))
        {
            case TokenStatus.Stored:
                Settle(stored: true);
                return true;
            case TokenStatus.NotStored when _token.IsUncertain:
                Settle(stored: false);
                return true;
            case TokenStatus.NotStored:
                return true;
            default:
                Lost();
                return false;
        }
    }

    /// <summary>Schedules a store although no row was applied.</summary>
    protected void StoreSoon()
    {
        if (!_storeScheduled)
        {
            _storeScheduled = true;
            _storeTimer?.Change(StoreWithin, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Quarantines a row with its error, which is stored with the token.</summary>
    protected void Quarantine(JournalEntry entry, Exception exception)
    {
        _token!.Quarantine(new Poison(
            entry.EntityId, entry.Version, $"{exception.GetType().Name}: {exception.Message}", Time.GetUtcNow()));
        StreamInstruments.Quarantine(Consumer);
        ConsumerLog.Quarantined(services.Logger, Consumer, entry.EntityType, entry.EntityId, entry.Version, exception);
    }

    private async Task StoreNowAsync()
    {
        var token = _token!;
        if (token.IsUncertain && !Confirm(await services.Store.LoadAsync(OrganisationId, Consumer, CancellationToken.None)))
        {
            return;
        }

        var to = Done;
        if (to == token.Stored)
        {
            return;
        }

        _unstored = 0;
        if (await StoreAsync(token.Attempt(OrganisationId, Consumer, to)))
        {
            Settle(stored: true);
        }
        else
        {
            Lost();
        }
    }

    private void Settle(bool stored)
    {
        _token!.Settle(stored);
        Settled(stored);
    }

    private void Lost()
    {
        StreamInstruments.LostToken(Consumer);
        ConsumerLog.Lost(services.Logger, Consumer, OrganisationId);
        _token = null;
        _unstored = 0;
        Forget();
        DeactivateOnIdle();
    }

    private async Task StoreTickAsync()
    {
        _storeScheduled = false;
        if (_token is null || (!_token.IsUncertain && Done == _token.Stored))
        {
            return;
        }

        try
        {
            await StoreNowAsync();
        }
        catch (Exception exception)
        {
            ConsumerLog.Failed(services.Logger, Consumer, exception);
            StreamInstruments.Retry(Consumer);
            StoreSoon();
        }
    }
}
