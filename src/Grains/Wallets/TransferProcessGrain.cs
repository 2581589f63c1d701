using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>Finishes the transfers and leases of one organisation. Its only input is the journal.</summary>
[Alias("platform.wallets.transfer-process")]
public interface ITransferProcessGrain : IGrainWithStringKey
{
    /// <summary>Activates the grain so that it reads the journal, even if the organisation has no new events.</summary>
    [Alias("wake")]
    Task WakeAsync();
}

/// <summary>
/// Resumes unfinished work after a crash. Work in progress is: a transfer, lease or lease return from its first leg until the second leg
/// is received or the first is returned; money drawn for a command until the command is decided; a child's spending until it is settled.
/// </summary>
[GrainType("transfer-process")]
[ImplicitStreamSubscription(JournalStream.Namespace)]
public sealed class TransferProcessGrain(ConsumerServices services, IChildWallets wallets) : ResumingProcessGrain(services, ConsumerName),
    ITransferProcessGrain
{
    public const string ConsumerName = "transfer-process";

    private static readonly string[] Spending =
        JournalEvents<WalletEvent>.NamesOf(typeof(Charged), typeof(HoldCaptured), typeof(Refunded), typeof(Reversed));

    private static readonly string[] FirstLegs = JournalEvents<WalletEvent>.NamesOf(typeof(TransferredOut));

    private static readonly string[] Leases = JournalEvents<WalletEvent>.NamesOf(
        typeof(LeasedOut), typeof(LeasedIn), typeof(LeaseGivenBack), typeof(LeaseTakenBack), typeof(LeaseSettled));

    // The events that Follow handles.
    private static readonly string[] Steps =
    [
        .. FirstLegs, .. Leases, .. JournalEvents<WalletEvent>.NamesOf(typeof(TransferredIn), typeof(TransferReturned), typeof(BudgetSet)),
    ];

    private readonly Dictionary<Guid, List<Guid>> _draws = []; // By the operation that the money was drawn for.
    private Dictionary<Guid, Guid>? _parents; // By child.

    public Task WakeAsync() => Task.CompletedTask; // The activation reads the journal.

    protected override ValueTask ApplyAsync(JournalEntry entry) => _parents is null ? LoadAndApplyAsync(entry) : base.ApplyAsync(entry);

    protected override void Forget()
    {
        _draws.Clear();
        base.Forget();
    }

    protected override IEnumerable<(Guid Work, bool Begins)> StepsOf(JournalEntry entry)
    {
        if (entry.EntityType != WalletDefinition.EntityType)
        {
            return [];
        }

        var steps = new List<(Guid, bool)>(0);
        if (_draws.Count > 0 && _draws.Remove(entry.OperationId, out var drawn))
        {
            steps.AddRange(drawn.Select(work => (work, false))); // Accepted.
        }

        if (_parents!.ContainsKey(entry.EntityId) && JournalEvents<WalletEvent>.MayHave(entry, Spending))
        {
            steps.Add((entry.EntityId, true)); // The last one covers those before it.
        }

        // Skips parsing: most rows have none of these events.
        if (JournalEvents<WalletEvent>.MayHave(entry, Steps))
        {
            foreach (var @event in JournalEvents<WalletEvent>.Read(entry))
            {
                Follow(@event, entry.EntityId, steps);
            }
        }

        return steps;
    }

    protected override async Task<bool> ResumeAsync(JournalEntry entry)
    {
        var wallet = Wallet(entry.EntityId);
        var error = JournalEvents<WalletEvent>.MayHave(entry, FirstLegs) ? (await wallet.FinishTransferAsync(entry.Version)).Error
            : JournalEvents<WalletEvent>.MayHave(entry, Leases) ? (await wallet.FinishLeaseAsync(entry.Version)).Error
            : null;
        if (error is not { Kind: ErrorKind.Unavailable } && _parents!.TryGetValue(entry.EntityId, out var parent))
        {
            // The parent settles before it answers; usually it has done so already.
            error = (await Wallet(parent).TellSpentAsync(entry.EntityId, new[] { new LeaseSpending(null, entry.Version, null) })).Error ??
                (await Wallet(parent).GetAsync()).Error;
        }

        return error is not { Kind: ErrorKind.Unavailable };
    }

    private void Follow(WalletEvent @event, Guid walletId, List<(Guid Work, bool Begins)> steps)
    {
        switch (@event)
        {
            case TransferredOut or LeasedOut:
                steps.Add((((WalletMoved)@event).TransactionId, true));
                break;
            case LeaseGivenBack back:
                steps.Add((back.TransactionId, true));
                if (back.ForOperation is { } refused && _draws.Remove(refused, out var drawn))
                {
                    steps.AddRange(drawn.Select(work => (work, false)));
                }

                break;
            case LeasedIn lease:
                steps.Add((lease.RelatedId!.Value, false));
                if (lease.ForOperation is { } operation)
                {
                    steps.Add((lease.TransactionId, true));
                    _draws[operation] = [.. _draws.GetValueOrDefault(operation, []), lease.TransactionId];
                }

                break;
            case TransferredIn or TransferReturned or LeaseTakenBack:
                steps.Add((((WalletMoved)@event).RelatedId!.Value, false));
                break;
            case BudgetSet budget:
                _parents![walletId] = budget.ParentId;
                break;
            default:
                break;
        }
    }

    private async ValueTask LoadAndApplyAsync(JournalEntry entry)
    {
        _parents = (await wallets.ListAsync(OrganisationId, null, CancellationToken.None))
            .ToDictionary(child => child.Id, child => child.ParentId);
        await base.ApplyAsync(entry);
    }

    private IWalletGrain Wallet(Guid id) => GrainFactory.GetGrain<IWalletGrain>(new EntityKey(OrganisationId, id).ToString());
}
