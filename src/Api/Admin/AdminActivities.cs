using Platform.Grains.Admin;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Admin;

namespace Platform.Api.Admin;

/// <summary>Lists activity across organisations, with the names of the organisations.</summary>
[Singleton]
public sealed class AdminActivities(PlatformActivityQueries activities, AdminQueries queries)
{
    /// <summary>Lists the newest activity before a position. Through is where the next page starts; null if there is none.</summary>
    public async Task<(IReadOnlyList<ActivityItem> Items, ActivityPlace? Through)> ListAsync(
        ActivityPlace before, ActivityKinds kinds, int limit, CancellationToken cancellationToken)
    {
        var page = await activities.ListAsync(before, kinds, limit, cancellationToken);
        var names = await queries.NamesAsync([.. page.Items.Select(item => item.OrganisationId).Distinct()], cancellationToken);
        return ([.. page.Items.Select(item => ToItem(item, names.GetValueOrDefault(item.OrganisationId)))], page.Through);
    }

    private static ActivityItem ToItem(PlatformActivity item, string? name) => new(
        item.Id, item.Type, item.OrganisationId, name, item.EntityId, item.ActorId, item.At, item.Amount, item.Reason, item.Reference,
        item.ActivityType,
        item.Quantity);
}
