using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Audit;
using Platform.Storage.Audit;

namespace Platform.Api.Audit;

/// <summary>Routes of the audit log of the caller's organisation.</summary>
[Routes]
public static class AuditEndpoints
{
    private const string Ndjson = "application/x-ndjson";

    private static readonly string[] Filters = ["actor", "action", "entityType", "entity", "outcome", "from", "to"];

    private static readonly Dictionary<string, AuditOutcome> Outcomes = new(StringComparer.Ordinal)
    {
        ["accepted"] = AuditOutcome.Accepted,
        ["refused"] = AuditOutcome.Refused,
    };

    private static readonly Dictionary<string, bool> Formats = new(StringComparer.Ordinal) { ["ndjson"] = false, ["csv"] = true };

    public static void MapAudit(this RouteGroupBuilder api)
    {
        var log = api.MapGroup("/audit-log").WithTags("Audit");
        log.MapGet("", ListAsync).Describe("Lists who did what, when and from where, newest first.").TakesFilters().Pages()
            .Answers<Page<AuditItem>>(200).Needs("audit:read");
        log.MapGet("/export", ExportAsync).Describe("Exports the audit log as one file, newest first.").TakesFilters()
            .Takes("format", "ndjson (the default, one JSON object per line) or csv.").AnswersFile(Ndjson, Csv.MediaType)
            .Needs("audit:export").NeedsStepUp();
    }

    private static async Task<IResult> ListAsync(Call call, AuditQueries log)
    {
        var query = call.PagedQuery(Filters);
        var filter = FilterOf(query);
        return Reply.Ok(await query.PageAsync(
            "audit-log", call.OrganisationId, (before, rows) => log.ListAsync(call.OrganisationId, before, filter, rows, call.Aborted),
            last => (last.At, last.Id)));
    }

    private static async Task ExportAsync(Call call, AuditQueries log, AuditTrail audit)
    {
        var query = call.Query([.. Filters, "format"]);
        var csv = query.OneOf("format", Formats) ?? false;
        var filter = FilterOf(query);
        query.Check.ThrowIfFailed();
        filter = filter with { To = filter.To ?? call.Now };
        await audit.AcceptedAsync(call, "audit-log.exported", details: Details(call));

        // Read the first page before the answer starts, so that an unavailable database gives a problem and not a broken file.
        await using var pages = log.ExportAsync(call.OrganisationId, filter, call.Aborted).GetAsyncEnumerator(call.Aborted);
        var more = await pages.MoveNextAsync();
        var response = call.Http.Response;
        response.ContentType = csv ? $"{Csv.MediaType}; charset=utf-8; header=present" : $"{Ndjson}; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"audit-log.{(csv ? "csv" : "ndjson")}\"";
        using var file = new AuditFile(response.BodyWriter, csv);
        file.Begin();
        for (; more; more = await pages.MoveNextAsync())
        {
            file.Write(pages.Current);
            await response.BodyWriter.FlushAsync(call.Aborted);
        }
    }

    private static Dictionary<string, string> Details(Call call) =>
        call.Http.Request.Query.ToDictionary(parameter => parameter.Key, parameter => parameter.Value.ToString(), StringComparer.Ordinal);

    private static AuditFilter FilterOf(Query query) => new(
        query.Id("actor"), query.Text("action", 64), query.Text("entityType", 64), query.Id("entity"),
        query.OneOf("outcome", Outcomes), query.Instant("from"), query.Instant("to"));

    private static RouteHandlerBuilder TakesFilters(this RouteHandlerBuilder route) => route
        .Takes("actor", "Only entries of this user or service account.")
        .Takes("action", "Only this action; if it ends with a dot, all actions with this prefix.")
        .Takes("entityType", "Only entries about this type of entity.").Takes("entity", "Only entries about this entity.")
        .Takes("outcome", "accepted or refused.").Takes("from", "Only entries at or after this time.")
        .Takes("to", "Only entries before this time.");
}
