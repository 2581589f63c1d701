using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Organisations;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Settlement of a parent. Reports of children stay in memory and are settled together in one row within a second, and before a read or
/// command. Reports lost with the memory are recovered from the children's journals at activation.
/// </summary>
internal sealed partial class WalletGrain
{
    private const int MaxPerRow = 200;
    private const int JournalPage = 1_000;
    private const int ReadAtOnce = 16;
    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(1);

    private ReportedSpending? _reported;
    private Task _settling = Task.CompletedTask;
    private Task _catchingUp = Task.CompletedTask;
    private IGrainTimer? _settleTimer;
    private bool _settleScheduled;
    private bool _mayBeBehind; // Reports to an earlier activation may be unsettled.

    private bool HasUnsettled => _reported is { IsEmpty: false };

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        _mayBeBehind = !Tentative.Leases.IsEmpty;
        StartReporting();
    }

    public async Task<Result<ParentStanding>> TellSpentAsync(Guid childId, IReadOnlyList<LeaseSpending> spent)
    {
        if (spent.Count > 0)
        {
            var zone = await zones.OfAsync(GrainFactory, Key.OrganisationId);
            foreach (var one in spent)
            {
                if (one is { Spent: { } amount, At: { } at })
                {
                    AddReport(new ChildSpending(childId, amount, one.Version, at), zone);
                }
                else if (Tentative.Leases.GetValueOrDefault(childId, Lease.None) is var lease &&
                    (one.Spent is { } known ? known != lease.Settled : lease.Version < one.Version))
                {
                    await CatchUpAsync(childId, zone);
                }
            }
        }

        return await ReadAsync<ParentStanding>(
            (state, _) => state.Currency is null ? CommonErrors.NotFound("wallet") : new ParentStanding(state.Status));
    }

    // Settles reported spending before every command.
    protected override Task<Result<TReply>> ExecuteAsync<TReply>(
        Command command, Func<WalletState, DecisionContext, Decision<WalletEvent>> decide, Reply<WalletState, WalletEvent, TReply> reply) =>
        _mayBeBehind || HasUnsettled ? SettleAndExecuteAsync(command, decide, reply) : base.ExecuteAsync(command, decide, reply);

    private async Task<Result<TReply>> SettleAndExecuteAsync<TReply>(
        Command command, Func<WalletState, DecisionContext, Decision<WalletEvent>> decide, Reply<WalletState, WalletEvent, TReply> reply)
    {
        await EnsureCaughtUpAsync();
        SettleAsync().Ignore(); // Enqueued before the command. If it fails, the reports are put back and the command still runs.
        return await base.ExecuteAsync(command, decide, reply);
    }

    /// <summary>Completes when all reported spending is settled. Await it before a read.</summary>
    private async Task EnsureSettledAsync()
    {
        await EnsureCaughtUpAsync();
        await SettleAsync();
    }

    private Task SettleAsync() => _reported is { IsEmpty: false } reported ? _settling = SettleReportedAsync(reported) : _settling;

    private async Task SettleReportedAsync(ReportedSpending reported)
    {
        var taken = reported.Take();
        try
        {
            var outcomes = taken.Chunk(MaxPerRow).Select(chunk =>
            {
                var context = new CommandContext(Key.OrganisationId, Caller.Platform, OperationId.Fresh(Time));
                var command = new SettleLeases(context, [.. chunk.Select(report => report.Spending)]);
                // A lambda, because a method group would bind to the override above.
                return base.ExecuteAsync(
                    command, (state, decided) => LeaseDecisions.Settle(state, command, decided), WalletDefinition.TransactionIfAny);
            }).ToList();
            foreach (var outcome in outcomes)
            {
                if ((await outcome).Error is { } error)
                {
                    throw new JournalUnavailableException($"The spending of children could not be settled: {error.Message}");
                }
            }
        }
        catch
        {
            reported.PutBack(taken); // Reports that were settled nevertheless are skipped next time.
            SettleSoon();
            throw;
        }
    }

    private void AddReport(ChildSpending spending, OrganisationZone zone)
    {
        (_reported ??= new ReportedSpending()).Add(spending, zone.DayOf(spending.At));
        SettleSoon();
    }

    private void SettleSoon()
    {
        if (!_settleScheduled)
        {
            _settleScheduled = true;
            _settleTimer ??= this.RegisterGrainTimer(
                SettleDueAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
            _settleTimer.Change(SettleWithin, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task SettleDueAsync()
    {
        _settleScheduled = false;
        Caller.Set(Key.OrganisationId);
        try
        {
            await EnsureSettledAsync();
        }
        finally
        {
            if (HasUnsettled)
            {
                SettleSoon();
            }
        }
    }

    private Task EnsureCaughtUpAsync() =>
        !_mayBeBehind ? Task.CompletedTask
        : _catchingUp.IsCompleted ? _catchingUp = CatchUpAllAsync()
        : _catchingUp;

    private async Task CatchUpAllAsync()
    {
        var zone = await zones.OfAsync(GrainFactory, Key.OrganisationId);
        var moved = (await children.ListAsync(Key.OrganisationId, Key.Id, CancellationToken.None))
            .Where(child => Tentative.Leases.TryGetValue(child.Id, out var lease) && lease.Version < child.Version);
        foreach (var chunk in moved.Chunk(ReadAtOnce))
        {
            await Task.WhenAll(chunk.Select(child => CatchUpAsync(child.Id, zone)));
        }

        _mayBeBehind = false;
    }

    private async Task CatchUpAsync(Guid childId, OrganisationZone zone)
    {
        var read = new ChildJournal(childId, Tentative.Leases.GetValueOrDefault(childId, Lease.None));
        for (var next = read.From; next > 0;)
        {
            var entries = await journal.ReadEntityAsync(
                new EntityKey(Key.OrganisationId, childId), next, JournalPage, CancellationToken.None);
            foreach (var entry in entries)
            {
                read.Add(entry);
            }

            next = entries.Count < JournalPage ? 0 : entries[^1].Version + 1;
        }

        foreach (var spending in read.Unsettled)
        {
            AddReport(spending, zone);
        }
    }
}
