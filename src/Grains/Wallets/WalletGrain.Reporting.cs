using Platform.Grains.Engine.Journal;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Reports of a child. The child reports durable spending to its parent before it answers the caller. The reply tells whether the parent
/// is frozen; a child that has not checked for a second asks before it spends.
/// </summary>
internal sealed partial class WalletGrain
{
    private static readonly TimeSpan CheckParentEvery = TimeSpan.FromSeconds(1);

    private List<LeaseSpending>? _unreported; // Oldest first, one per minute, so that each falls on one day in every time zone.
    private long _reportedVersion = -1;
    private long _spent;
    private Task _reporting = Task.CompletedTask;
    private long? _parentCheckedAt;
    private bool _parentFrozen;

    private bool IsParentChecked =>
        _parentCheckedAt is { } checkedAt && !_parentFrozen && Time.GetElapsedTime(checkedAt) < CheckParentEvery;

    // This activation does not know what an earlier one has reported.
    private void StartReporting()
    {
        if (_unreported is null && Tentative.ParentId is not null)
        {
            _spent = Tentative.LeaseSpent;
            _unreported = Tentative.LeaseTotal == 0 && _spent == 0 ? [] : [new LeaseSpending(_spent, 0, null)];
            Watched = true;
        }
    }

    private void NoteSpending(WalletState state, long version, DateTimeOffset at)
    {
        if (_unreported is null || state.LeaseSpent == _spent)
        {
            return;
        }

        _spent = state.LeaseSpent;
        if (_unreported is [.., { At: { } last }] && last.UtcTicks / TimeSpan.TicksPerMinute == at.UtcTicks / TimeSpan.TicksPerMinute)
        {
            _unreported.RemoveAt(_unreported.Count - 1);
        }

        _unreported.Add(new LeaseSpending(_spent, version, at));
    }

    /// <summary>Completes when the parent has received all spending that was durable at the call.</summary>
    private async Task ReportSpendingAsync()
    {
        if (_unreported is not { Count: > 0 } unreported)
        {
            return;
        }

        for (var through = unreported[^1].Version; _reportedVersion < through;)
        {
            await (_reporting.IsCompleted ? _reporting = SendAsync() : _reporting);
        }
    }

    private Task CheckParentAsync() => IsParentChecked ? Task.CompletedTask : AskAsync();

    private async Task AskAsync()
    {
        // The call in progress may have been answered before the parent was unfrozen.
        var running = _reporting;
        await running.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (!IsParentChecked)
        {
            await (_reporting == running || _reporting.IsCompleted ? _reporting = SendAsync() : _reporting);
        }
    }

    private async Task SendAsync()
    {
        LeaseSpending[] sent = [.. _unreported!];
        var asked = Time.GetTimestamp();
        var reply = await Of(Tentative.ParentId!.Value).TellSpentAsync(Key.Id, sent);
        if (!reply.IsSuccess)
        {
            throw new JournalUnavailableException($"The spending could not be reported to the parent: {reply.Error.Message}");
        }

        (_parentCheckedAt, _parentFrozen) = (asked, reply.Value.Status == WalletStatus.Frozen);
        if (sent.Length > 0)
        {
            _reportedVersion = sent[^1].Version;
            _unreported.RemoveAll(one => one.Version <= _reportedVersion);
        }
    }
}
