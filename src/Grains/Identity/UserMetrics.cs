using Platform.Access;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Metrics;

namespace Platform.Grains.Identity;

/// <summary>What the events of a user count for.</summary>
public sealed class UserMetrics : MetricMapping<UserDefinition, UserEvent>
{
    /// <summary>Users by tier, from when they are invited or register.</summary>
    public static readonly Metric Users = Metric.Count("users", Dimensions.Tier);

    /// <summary>One more for each user who is disabled, one less when they are enabled again.</summary>
    public static readonly Metric Disabled = Metric.Count("users.disabled");

    protected override void Count(UserEvent @event, JournalEntry entry, MetricPoints points)
    {
        switch (@event)
        {
            case UserRegistered registered when entry.Version == 1:
                points.Add(Users, 1, BuiltInRoles.CodeOf(registered.Tier));
                break;
            case UserInvited invited when entry.Version == 1: // A later invitation is of a user who was counted before.
                points.Add(Users, 1, BuiltInRoles.CodeOf(invited.Tier));
                break;
            case UserDisabled:
                points.Add(Disabled, 1);
                break;
            case UserEnabled:
                points.Add(Disabled, -1);
                break;
            default:
                break;
        }
    }
}
