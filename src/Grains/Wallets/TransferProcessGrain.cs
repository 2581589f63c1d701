using System.Text.Json;
using Platform.Grains.Common.Journal;
using Platform.Grains.Common.Streams;
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
/// is given back of it.
/// </summary>
[GrainType("transfer-process")]
[ImplicitStreamSubscription(JournalStream.Namespace)]
public sealed class TransferProcessGrain(ConsumerServices services) : ResumingProcessGrain(services, ConsumerName), ITransferProcessGrain
{
    public const string ConsumerName = "transfer-process";

    public Task WakeAsync() => Task.CompletedTask; // Its activation reads.

    protected override IEnumerable<(Guid Work, bool Begins)> StepsOf(JournalEntry entry)
    {
        // Most rows are of neither: they are not parsed.
        if (entry.EntityType != "wallet" ||
            !(entry.Events.Contains("\"transfer", StringComparison.Ordinal) || entry.Events.Contains("\"lease", StringComparison.Ordinal)))
        {
            return [];
        }

        var steps = new List<(Guid, bool)>();
        using var events = JsonDocument.Parse(entry.Events);
        foreach (var json in events.RootElement.EnumerateArray())
        {
            switch (json.GetProperty("$type").GetString())
            {
                case "transferred-out" or "leased-out" or "lease-given-back":
                    steps.Add((json.GetProperty("transactionId").GetGuid(), true));
                    break;
                case "transferred-in" or "transfer-returned" or "leased-in" or "lease-taken-back":
                    steps.Add((json.GetProperty("relatedId").GetGuid(), false));
                    break;
                default:
                    break;
            }
        }

        return steps;
    }

    protected override async Task<bool> ResumeAsync(JournalEntry entry)
    {
        var wallet = GrainFactory.GetGrain<IWalletGrain>(new EntityKey(OrganisationId, entry.EntityId).ToString());
        var error = entry.Events.Contains("\"transferred-out\"", StringComparison.Ordinal)
            ? (await wallet.FinishTransferAsync(entry.Version)).Error
            : (await wallet.FinishLeaseAsync(entry.Version)).Error;
        return error is not { Kind: ErrorKind.Unavailable };
    }
}
