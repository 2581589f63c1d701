using Platform.Grains.Engine.Journal;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Of a child: it tells its parent what it has spent when that is durable, before the caller is answered. The answer says whether the
/// parent is frozen; who has not heard that for a second asks before it spends.
/// </summary>
internal sealed partial class WalletGrain
{
    private static readonly TimeSpan HearEvery = TimeSpan.FromSeconds(1);

    private List<LeaseSpending>? _untold; // Oldest first; one a minute, so that each is of one day in any time zone.
    private long _toldVersion = -1;
    private long _spent;
    private Task _telling = Task.CompletedTask;
    private long? _heard;
    private bool _parentFrozen;

    private bool HasHeard => _heard is { } heard && !_parentFrozen && Time.GetElapsedTime(heard) < HearEvery;

    // What an activation before this one has told is not known here.
    private void BeginTelling()
    {
        if (_untold is null && Tentative.ParentId is not null)
        {
            _spent = Tentative.LeaseSpent;
            _untold = Tentative.LeaseTotal == 0 && _spent == 0 ? [] : [new LeaseSpending(_spent, 0, null)];
            Watched = true;
        }
    }

    private void NoteSpent(WalletState state, long version, DateTimeOffset at)
    {
        if (_untold is null || state.LeaseSpent == _spent)
        {
            return;
        }

        _spent = state.LeaseSpent;
        if (_untold is [.., { At: { } last }] && last.UtcTicks / TimeSpan.TicksPerMinute == at.UtcTicks / TimeSpan.TicksPerMinute)
        {
            _untold.RemoveAt(_untold.Count - 1);
        }

        _untold.Add(new LeaseSpending(_spent, version, at));
    }

    /// <summary>Ends when the parent has heard all that was durable at the call.</summary>
    private async Task TellAsync()
    {
        if (_untold is not { Count: > 0 } untold)
        {
            return;
        }

        for (var through = untold[^1].Version; _toldVersion < through;)
        {
            await (_telling.IsCompleted ? _telling = SendAsync() : _telling);
        }
    }

    private Task HearAsync() => HasHeard ? Task.CompletedTask : AskAsync();

    private async Task AskAsync()
    {
        // What is under way may have been answered before the parent was thawed.
        var running = _telling;
        await running.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (!HasHeard)
        {
            await (_telling == running || _telling.IsCompleted ? _telling = SendAsync() : _telling);
        }
    }

    private async Task SendAsync()
    {
        LeaseSpending[] sent = [.. _untold!];
        var asked = Time.GetTimestamp();
        var told = await Of(Tentative.ParentId!.Value).TellSpentAsync(Key.Id, sent);
        if (!told.IsSuccess)
        {
            throw new JournalUnavailableException($"The parent did not hear what was spent: {told.Error.Message}");
        }

        (_heard, _parentFrozen) = (asked, told.Value.Status == WalletStatus.Frozen);
        if (sent.Length > 0)
        {
            _toldVersion = sent[^1].Version;
            _untold.RemoveAll(one => one.Version <= _toldVersion);
        }
    }
}
