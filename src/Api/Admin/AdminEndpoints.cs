using System.Text.RegularExpressions;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Admin;
using Platform.Grains.Engine;
using Platform.Grains.Engine.Journal;
using Platform.Metrics;
using Platform.Organisations;
using Platform.Storage.Admin;

namespace Platform.Api.Admin;

/// <summary>Routes for super admins: figures of the whole platform from streamed metrics, and activity across organisations.</summary>
[Routes]
public static partial class AdminEndpoints
{
    private const string Read = "platform:read";
    private const string Write = "platform:write";

    private static readonly Dictionary<string, Bucket> Granularities = new(StringComparer.Ordinal)
    {
        ["day"] = Bucket.Day,
        ["month"] = Bucket.Month,
        ["year"] = Bucket.Year,
    };

    private static readonly Dictionary<string, OrganisationStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["active"] = OrganisationStatus.Active,
        ["suspended"] = OrganisationStatus.Suspended,
    };

    private static readonly Dictionary<string, OrganisationKind> Kinds = new(StringComparer.Ordinal)
    {
        ["individual"] = OrganisationKind.Individual,
        ["enterprise"] = OrganisationKind.Enterprise,
    };

    public static void MapAdmin(this RouteGroupBuilder api)
    {
        var admin = api.MapGroup("/admin").WithTags("Admin");
        admin.MapGet("/overview", OverviewAsync)
            .Describe("Returns organisations, users, wallets, balances and revenue of the whole platform.")
            .Takes("timeZone", "The IANA time zone in which today began; UTC by default.").Answers<OverviewResponse>(200).Needs(Read);
        admin.MapGet("/revenue", RevenueAsync).Describe("Returns revenue by day, month or year, per currency.")
            .Takes("granularity", "day, month or year; day by default.")
            .Takes("from", "The start of the period; 30 days, 12 months or 5 years before the end by default.")
            .Takes("to", "The end of the period; now by default.")
            .Takes("timeZone", "The IANA time zone of the days; UTC by default.").Takes("currency", "Only revenue in this currency.")
            .Answers<RevenueResponse>(200).Needs(Read);
        admin.MapGet("/enterprises", EnterprisesAsync).Describe("Lists enterprises, newest first, with users, spend and balance.")
            .Takes("status", "active or suspended.").Takes("name", "Only names that contain this text, in any case.").Pages()
            .Answers<Page<OrganisationSummary>>(200).Needs(Read);
        admin.MapGet("/organisations", OrganisationsAsync)
            .Describe("Lists organisations of all kinds, newest first, with users, spend and balance.")
            .Takes("kind", "individual or enterprise.").Takes("status", "active or suspended.")
            .Takes("name", "Only names that contain this text, in any case.").Pages()
            .Answers<Page<OrganisationSummary>>(200).Needs(Read);
        admin.MapGet("/organisations/{id:guid}", OrganisationAsync).Describe("Returns an organisation with its figures.")
            .Answers<OrganisationDetail>(200).Refuses(404).Needs(Read);
        admin.MapPost("/organisations/{id:guid}/suspend", SuspendAsync)
            .Describe("Suspends an organisation: its users and service accounts can only read. Background work continues.")
            .Answers<OrganisationView>(200).Refuses(404, 409, 412, 422).Needs(Write).NeedsStepUp();
        admin.MapPost("/organisations/{id:guid}/restore", RestoreAsync).Describe("Ends the suspension immediately.")
            .Answers<OrganisationView>(200).Refuses(404, 412, 422).Needs(Write).NeedsStepUp();
        admin.MapGet("/activity", ActivityAsync)
            .Describe("Lists events of wallets, activities and organisations, newest first. A page may be short even if more pages follow.")
            .Takes("organisation", "Only events of this organisation.")
            .Takes("type", "Only this type of event, such as wallet.charged, or of entity, such as wallet.").Pages()
            .Answers<Page<ActivityItem>>(200).Needs(Read);
        admin.MapSupport();
    }

    private static async Task<IResult> OverviewAsync(Call call, AdminFigures figures)
    {
        var query = call.Query("timeZone");
        var timeZone = TimeZoneOf(query);
        query.Check.ThrowIfFailed();
        return Reply.Ok(await figures.OverviewAsync(timeZone, call.Aborted));
    }

    private static async Task<IResult> RevenueAsync(Call call, AdminFigures figures)
    {
        var query = call.Query("granularity", "from", "to", "timeZone", "currency");
        var granularity = query.OneOf("granularity", Granularities) ?? Bucket.Day;
        var (from, to) = (query.Instant("from"), query.Instant("to"));
        var (timeZone, currency) = (TimeZoneOf(query), query.Text("currency", 3));
        if (currency is not null && !Currency.TryParse(currency, out _))
        {
            query.Fault("currency", "The value must be an ISO 4217 code, such as EUR.");
        }

        query.Check.ThrowIfFailed();
        var grid = RevenueDecisions.Plan(granularity, from, to, timeZone, call.Now);
        var name = Granularities.First(pair => pair.Value == granularity).Key;
        return grid.IsSuccess
            ? Reply.Ok(await figures.RevenueAsync(grid.Value, name, timeZone, currency, call.Aborted))
            : Problems.From(grid.Error);
    }

    private static Task<IResult> EnterprisesAsync(Call call, AdminQueries organisations, AdminFigures figures) =>
        ListAsync(
            call, organisations, figures, "admin-enterprises", call.PagedQuery("status", "name"),
            OrganisationKind.Enterprise);

    private static Task<IResult> OrganisationsAsync(Call call, AdminQueries organisations, AdminFigures figures)
    {
        var query = call.PagedQuery("kind", "status", "name");
        return ListAsync(call, organisations, figures, "admin-organisations", query, query.OneOf("kind", Kinds));
    }

    private static async Task<IResult> ListAsync(
        Call call, AdminQueries organisations, AdminFigures figures, string list, Query query, OrganisationKind? kind)
    {
        var filter = new OrganisationFilter(kind, query.OneOf("status", Statuses), query.Text("name"));
        var page = await query.PageAsync(
            list, call.OrganisationId, (before, rows) => organisations.OrganisationsAsync(before, filter, rows, call.Aborted),
            last => (last.CreatedAt, last.Id));
        return Reply.Ok(new Page<OrganisationSummary>(await figures.SummariesAsync(page.Items, call.Aborted), page.NextCursor));
    }

    private static async Task<IResult> OrganisationAsync(Guid id, Call call, AdminFigures figures)
    {
        call.Query().Check.ThrowIfFailed();
        var organisation = await call.Grain<IOrganisationGrain>(EntityKey.Of(id)).AskAsync(static grain => grain.GetAsync());

        // Volatile, because the figures change without a new version.
        return organisation.IsSuccess
            ? Reply.Volatile(await figures.DetailAsync(organisation.Value, call.Aborted), organisation.Value.Version)
            : Reply.Refused(organisation);
    }

    private static async Task<IResult> SuspendAsync(Guid id, Body<SuspendOrganisationRequest> body, Call call, AccessCache access)
    {
        var command = new SuspendOrganisation(call.Context("admin/organisations/suspend", id), body.Value.Reason, call.IfMatch());
        var suspended = await call.Grain<IOrganisationGrain>(EntityKey.Of(id))
            .AskAsync(command, static (grain, command) => grain.SuspendAsync(command));
        access.Forget(EntityKey.Of(id));
        return Reply.Ok(suspended, view => view.Version);
    }

    private static async Task<IResult> RestoreAsync(Guid id, Call call, AccessCache access)
    {
        var command = new RestoreOrganisation(call.Context("admin/organisations/restore", id), call.IfMatch());
        var restored = await call.Grain<IOrganisationGrain>(EntityKey.Of(id))
            .AskAsync(command, static (grain, command) => grain.RestoreAsync(command));
        access.Forget(EntityKey.Of(id));
        return Reply.Ok(restored, view => view.Version);
    }

    private static async Task<IResult> ActivityAsync(Call call, AdminActivities activities)
    {
        const string List = "admin-activity";
        var query = call.PagedQuery("organisation", "type");
        var type = query.Text("type", 64);
        if (type is not null && !(TypePattern().IsMatch(type) && PlatformActivity.EntityTypes.Contains(type.Split('.')[0])))
        {
            var entityTypes = string.Join(", ", PlatformActivity.EntityTypes);
            query.Fault("type", $"The value must be one of {entityTypes}, or one of their events, such as wallet.charged.");
        }

        var kinds = new ActivityKinds(query.Id("organisation"), type?.Split('.')[0], type?.Split('.').ElementAtOrDefault(1));
        var limit = query.Limit();
        query.Check.ThrowIfFailed();
        var before = Paging.JournalPlace(call.Http, List, call.OrganisationId) is { } place
            ? new ActivityPlace(new Fence(place.Xid, place.Position), place.Place) : ActivityPlace.Newest;
        var found = await activities.ListAsync(before, kinds, limit, call.Aborted);
        var next = found.Through is { } through
            ? Paging.Cursor(call.Http, List, call.OrganisationId, through.Row.Xid, through.Row.Position, through.Event)
            : null;
        return Reply.Ok(new Page<ActivityItem>(found.Items, next));
    }

    private static string TimeZoneOf(Query query)
    {
        var timeZone = query.Text("timeZone", 64);
        if (timeZone is not null && TimeZones.Find(timeZone) is null)
        {
            query.Fault("timeZone", "The value must be an IANA time zone, such as Europe/Berlin.");
            return "UTC";
        }

        return timeZone ?? "UTC";
    }

    [GeneratedRegex("^[a-z]{1,32}(\\.[a-z-]{1,31})?\\z")]
    private static partial Regex TypePattern();
}
