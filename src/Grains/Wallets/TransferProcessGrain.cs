using System.Text.Json;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>The process of one organisation that brings transfers and leases to their end. It is only fed by the journal.</summary>
[Alias("platform.wallets.transfer-process")]
public interface ITransferProcessGrain : IGrainWithStringKey
{
    /// <summary>Makes it read the journal where nothing else does: an organisation in which nothing happens any more sends it nothing.</summary>
    [Alias("wake")]
    Task WakeAsync();
}

/// <summary>
/// A transfer whose first leg stands is under way until the second leg was received or the first was taken back; so is a lease, and what
/// is given back of it. What was drawn for a command is until that is decided. What a child has spent is until its parent has settled it.
/// </summary>
[GrainType("transfer-process")]
[ImplicitStreamSubscription(JournalStream.Namespace)]
public sealed class TransferProcessGrain(ConsumerServices services, IChildWallets wallets) : ResumingProcessGrain(services, ConsumerName), ITransferProcessGrain
{
    public const string ConsumerName = "transfer-process";

    private static readonly string[] Spending = ["\"charged\"", "\"captured\"", "\"refunded\"", "\"reversed\""];

    private readonly Dictionary<Guid, List<Guid>> _draws = []; // By the operation that they were drawn for.
    private Dictionary<Guid, Guid>? _parents; // By child.

    public Task WakeAsync() => Task.CompletedTask; // Its activation reads.

    protected override ValueTask ApplyAsync(JournalEntry entry) => _parents is null ? LoadAndApplyAsync(entry) : base.ApplyAsync(entry);

    protected override void Forget()
    {
        _draws.Clear();
        base.Forget();
    }

    protected override IEnumerable<(Guid Work, bool Begins)> StepsOf(JournalEntry entry)
    {
        if (entry.EntityType != "wallet")
        {
            return [];
        }

        var steps = new List<(Guid, bool)>(0);
        if (_draws.Count > 0 && _draws.Remove(entry.OperationId, out var drawn))
        {
            steps.AddRange(drawn.Select(work => (work, false))); // Accepted.
        }

        if (_parents!.ContainsKey(entry.EntityId) && Array.Exists(Spending, name => entry.Events.Contains(name, StringComparison.Ordinal)))
        {
            steps.Add((entry.EntityId, true)); // The last one stands for those before it.
        }

        // Most rows are of neither: they are not parsed.
        if (entry.Events.Contains("\"transfer", StringComparison.Ordinal) || entry.Events.Contains("\"lease", StringComparison.Ordinal) ||
            entry.Events.Contains("\"budget-set\"", StringComparison.Ordinal))
        {
            Parse(entry, steps);
        }

        return steps;
    }

    protected override async Task<bool> ResumeAsync(JournalEntry entry)
    {
        var wallet = Wallet(entry.EntityId);
        var error = entry.Events.Contains("\"transferred-out\"", StringComparison.Ordinal) ? (await wallet.FinishTransferAsync(entry.Version)).Error
            : entry.Events.Contains("\"lease", StringComparison.Ordinal) ? (await wallet.FinishLeaseAsync(entry.Version)).Error
            : null;
        if (error is not { Kind: ErrorKind.Unavailable } && _parents!.TryGetValue(entry.EntityId, out var parent))
        {
            // It settles before it answers. Mostly it has done so long ago.
            error = (await Wallet(parent).TellSpentAsync(entry.EntityId, new[] { new LeaseSpending(null, entry.Version, null) })).Error ??
                (await Wallet(parent).GetAsync()).Error;
        }

        return error is not { Kind: ErrorKind.Unavailable };
    }

    private void Parse(JournalEntry entry, List<(Guid Work, bool Begins)> steps)
    {
        using var events = JsonDocument.Parse(entry.Events);
        foreach (var json in events.RootElement.EnumerateArray())
        {
            switch (json.GetProperty("$type").GetString())
            {
                case "transferred-out" or "leased-out":
                    steps.Add((json.GetProperty("transactionId").GetGuid(), true));
                    break;
                case "lease-given-back":
                    steps.Add((json.GetProperty("transactionId").GetGuid(), true));
                    if (OperationOf(json) is { } refused && _draws.Remove(refused, out var drawn))
                    {
                        steps.AddRange(drawn.Select(work => (work, false)));
                    }

                    break;
                case "leased-in":
                    steps.Add((json.GetProperty("relatedId").GetGuid(), false));
                    if (OperationOf(json) is { } operation)
                    {
                        var work = json.GetProperty("transactionId").GetGuid();
                        steps.Add((work, true));
                        _draws[operation] = [.. _draws.GetValueOrDefault(operation, []), work];
                    }

                    break;
                case "transferred-in" or "transfer-returned" or "lease-taken-back":
                    steps.Add((json.GetProperty("relatedId").GetGuid(), false));
                    break;
                case "budget-set":
                    _parents![entry.EntityId] = json.GetProperty("parentId").GetGuid();
                    break;
                default:
                    break;
            }
        }
    }

    private static Guid? OperationOf(JsonElement json) =>
        json.TryGetProperty("forOperation", out var operation) && operation.ValueKind == JsonValueKind.String ? operation.GetGuid() : null;

    private async ValueTask LoadAndApplyAsync(JournalEntry entry)
    {
        _parents = (await wallets.ListAsync(OrganisationId, null, CancellationToken.None)).ToDictionary(child => child.Id, child => child.ParentId);
        await base.ApplyAsync(entry);
    }

    private IWalletGrain Wallet(Guid id) => GrainFactory.GetGrain<IWalletGrain>(new EntityKey(OrganisationId, id).ToString());
}
