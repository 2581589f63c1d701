using Platform.Access;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Metrics;

namespace Platform.Grains.Identity;

/// <summary>The metrics that a user's events contribute to.</summary>
public sealed class UserMetrics : MetricMapping<UserDefinition, UserEvent>
{
    /// <summary>Users by tier, counted once they are invited or register.</summary>
    public static readonly Metric Users = Metric.Count("users", Dimensions.Tier);

    /// <summary>The number of disabled users: one more for each disabled, one less for each enabled again.</summary>
    public static readonly Metric Disabled = Metric.Count("users.disabled");

    protected override void Count(UserEvent @event, JournalEntry entry, MetricPoints points)
    {
        switch (@event)
        {
            case UserRegistered registered when entry.Version == 1:
                points.Add(Users, 1, BuiltInRoles.CodeOf(registered.Tier));
                break;
            case UserInvited invited when entry.Version == 1: // A renewed invitation must not count twice.
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
