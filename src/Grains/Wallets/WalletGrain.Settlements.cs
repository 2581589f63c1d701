using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Organisations;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Of a parent: what its children tell it stays in memory, and is settled in one row for all of them within a second, and before it
/// answers a read or decides a command. What memory lost stands in the journals of the children: they are read when it starts.
/// </summary>
internal sealed partial class WalletGrain
{
    private const int MostAtOnce = 200;
    private const int JournalPage = 1_000;
    private const int ReadAtOnce = 16;
    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(1);

    private ToldSpending? _told;
    private Task _settling = Task.CompletedTask;
    private Task _catchingUp = Task.CompletedTask;
    private IGrainTimer? _settleTimer;
    private bool _settleScheduled;
    private bool _behind; // What an activation before this one was told may not be settled.

    private bool HasUnsettled => _told is { IsEmpty: false };

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        _behind = !Tentative.Leases.IsEmpty;
        BeginTelling();
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
                    Hear(new ChildSpending(childId, amount, one.Version, at), zone);
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

    // Nothing is decided here before what the children have told is: it is one step in front.
    protected override Task<Result<TReply>> ExecuteAsync<TReply>(
        Command command, Func<WalletState, DecisionContext, Decision<WalletEvent>> decide, Reply<WalletState, WalletEvent, TReply> reply) =>
        _behind || HasUnsettled ? SettleAndExecuteAsync(command, decide, reply) : base.ExecuteAsync(command, decide, reply);

    private async Task<Result<TReply>> SettleAndExecuteAsync<TReply>(
        Command command, Func<WalletState, DecisionContext, Decision<WalletEvent>> decide, Reply<WalletState, WalletEvent, TReply> reply)
    {
        await CaughtUpAsync();
        SettleAsync().Ignore(); // Enqueued in front; if it fails, it is put back, and the command stands on its own.
        return await base.ExecuteAsync(command, decide, reply);
    }

    /// <summary>Ends when all that children were answered for is settled. To be awaited before a read.</summary>
    private async Task SettledAsync()
    {
        await CaughtUpAsync();
        await SettleAsync();
    }

    private Task SettleAsync() => _told is { IsEmpty: false } told ? _settling = SettleToldAsync(told) : _settling;

    private async Task SettleToldAsync(ToldSpending told)
    {
        var taken = told.Take();
        try
        {
            var outcomes = taken.Chunk(MostAtOnce).Select(some =>
            {
                var context = new CommandContext(Key.OrganisationId, Caller.Platform, OperationId.Fresh(Time));
                var command = new SettleLeases(context, [.. some.Select(one => one.Spending)]);
                // Not in the short form: that one comes back to the override above.
                return base.ExecuteAsync(
                    command, (state, decided) => LeaseDecisions.Settle(state, command, decided), WalletDefinition.TransactionIfAny);
            }).ToList();
            foreach (var outcome in outcomes)
            {
                if ((await outcome).Error is { } error)
                {
                    throw new JournalUnavailableException($"What children have spent is not settled: {error.Message}");
                }
            }
        }
        catch
        {
            told.PutBack(taken); // What was settled all the same is passed over the next time.
            SettleSoon();
            throw;
        }
    }

    private void Hear(ChildSpending spending, OrganisationZone zone)
    {
        (_told ??= new ToldSpending()).Add(spending, zone.DayOf(spending.At));
        SettleSoon();
    }

    private void SettleSoon()
    {
        if (!_settleScheduled)
        {
            _settleScheduled = true;
            _settleTimer ??= this.RegisterGrainTimer(SettleDueAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
            _settleTimer.Change(SettleWithin, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task SettleDueAsync()
    {
        _settleScheduled = false;
        Caller.Set(Key.OrganisationId);
        try
        {
            await SettledAsync();
        }
        finally
        {
            if (HasUnsettled)
            {
                SettleSoon();
            }
        }
    }

    private Task CaughtUpAsync() => !_behind ? Task.CompletedTask : _catchingUp.IsCompleted ? _catchingUp = CatchUpAllAsync() : _catchingUp;

    private async Task CatchUpAllAsync()
    {
        var zone = await zones.OfAsync(GrainFactory, Key.OrganisationId);
        var moved = (await children.ListAsync(Key.OrganisationId, Key.Id, CancellationToken.None))
            .Where(child => Tentative.Leases.TryGetValue(child.Id, out var lease) && lease.Version < child.Version);
        foreach (var some in moved.Chunk(ReadAtOnce))
        {
            await Task.WhenAll(some.Select(child => CatchUpAsync(child.Id, zone)));
        }

        _behind = false;
    }

    private async Task CatchUpAsync(Guid childId, OrganisationZone zone)
    {
        var read = new ChildJournal(childId, Tentative.Leases.GetValueOrDefault(childId, Lease.None));
        for (var next = read.From; next > 0;)
        {
            var entries = await journal.ReadEntityAsync(new EntityKey(Key.OrganisationId, childId), next, JournalPage, CancellationToken.None);
            foreach (var entry in entries)
            {
                read.Add(entry);
            }

            next = entries.Count < JournalPage ? 0 : entries[^1].Version + 1;
        }

        foreach (var spending in read.Unsettled)
        {
            Hear(spending, zone);
        }
    }
}
