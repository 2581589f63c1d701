using System.Text.Json;
using Platform.Activities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;

namespace Platform.Grains.Activities;

/// <summary>Finishes the recorded activities of one organisation. Its only input is the journal.</summary>
[Alias("platform.activities.process")]
public interface IActivityProcessGrain : IGrainWithStringKey;

/// <summary>
/// Resumes activities after a crash. An activity is in progress from its request until it has ended or is authorised, and again from the
/// decision how to close it until its end. Its steps have fixed operation ids, so resuming one that still runs is harmless.
/// </summary>
[GrainType("activity-process")]
[ImplicitStreamSubscription(JournalStream.Namespace)]
public sealed class ActivityProcessGrain(ConsumerServices services) : ResumingProcessGrain(services, ConsumerName), IActivityProcessGrain
{
    public const string ConsumerName = "activity-process";

    protected override IEnumerable<(Guid Work, bool Begins)> StepsOf(JournalEntry entry)
    {
        if (entry.EntityType != "activity")
        {
            return [];
        }

        var steps = new List<(Guid, bool)>();
        using var events = JsonDocument.Parse(entry.Events);
        foreach (var json in events.RootElement.EnumerateArray())
        {
            switch (json.GetProperty("$type").GetString())
            {
                case "requested" or "closing":
                    steps.Add((entry.EntityId, true));
                    break;
                case "authorised" or "completed" or "declined" or "cancelled" or "expired":
                    steps.Add((entry.EntityId, false));
                    break;
                default:
                    break;
            }
        }

        return steps;
    }

    protected override async Task<bool> ResumeAsync(JournalEntry entry)
    {
        var resumed = await GrainFactory.GetGrain<IActivityGrain>(new EntityKey(OrganisationId, entry.EntityId).ToString()).ResumeAsync();
        return resumed.IsSuccess || resumed.Error.Kind != ErrorKind.Unavailable;
    }
}
