using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Api.Security.Tokens;
using Platform.Storage.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Deposits and opening balances of many wallets from a file.</summary>
[Routes]
public static class ImportEndpoints
{
    private static readonly Problem TooLarge = new(413, "body-too-large", "A file has at most 4 MiB.");
    private static readonly Problem NoCsv = new(415, "unsupported-media-type", "The body is text/csv in UTF-8.");

    private static readonly AcceptsText CsvBody = new(
        Csv.MediaType,
        "CSV in UTF-8 with commas, semicolons or tabs. The head names walletId, amount, currency, reference and, for opening balances, effectiveAt, in any order " +
        "and case; further columns are read over. At most 10,000 rows and 4 MiB.",
        "walletId,amount,currency,reference\n01932f3a-7c00-7000-8000-0000000000c3,10.50,USD,bank-2026-11-21-7\n");

    private static readonly Dictionary<string, ImportKind> Kinds =
        new(StringComparer.Ordinal) { ["deposits"] = ImportKind.Deposits, ["opening-balances"] = ImportKind.OpeningBalances };

    private static readonly Dictionary<string, bool> Switch = new(StringComparer.Ordinal) { ["true"] = true, ["false"] = false };

    public static void MapImports(this RouteGroupBuilder api) =>
        api.MapGroup("/wallets").WithTags("Wallets").MapPost("/imports", ImportAsync)
            .Describe("Moves money by a file of CSV, and tells what became of each row. A dry run moves nothing and needs no key.")
            .Takes("kind", "deposits or opening-balances.", required: true).Takes("dryRun", "true tells what would become of each row and moves nothing.")
            .Takes("atomic", "true books all rows, or none where one cannot be booked or is a duplicate.")
            .Takes("uniqueReferences", "false also books a row whose reference a transaction of its wallet or an earlier row has; it is a duplicate otherwise.")
            .WithMetadata(CsvBody).MovesMoney().Answers<ImportReport>(200).Refuses(413, 415, 422, 503).Needs("wallets:adjust");

    private static async Task<IResult> ImportAsync(
        HttpContext http, ImportPlan plan, ImportRun run, ImportTable imports, AuditTrail audit, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        Operation.RequireValidKey(http);
        var (terms, dryRun) = TermsOf(http);
        var context = Operation.Context(http, caller, "imports", Guid.Empty, time, required: !dryRun, audited: true);
        if (!BodyReader.IsOf(http.Request.ContentType, Csv.MediaType))
        {
            return NoCsv;
        }

        // Somewhat more than is taken, so that the client sees the answer.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = 2 * ImportFile.MaxBytes;
        }

        var file = await BodyReader.ReadAsync(http.Request, ImportFile.MaxBytes, TooLarge, body => ImportFile.Parse(body, terms, time.GetUtcNow()));
        if (dryRun)
        {
            return Reply.Ok(ImportReport.Of(terms, true, file, await plan.MakeAsync(caller, null, terms, file.Rows, http.RequestAborted)));
        }

        var (isSame, kept) = await imports.BeginAsync(caller.OrganisationId, context.Operation, file.Digest, time.GetUtcNow(), http.RequestAborted);
        if (!isSame)
        {
            return Problems.From(CommonErrors.OperationReused);
        }

        if (kept is not null)
        {
            return new JsonResult<ImportReport>(200, Read(kept)) { Replayed = true };
        }

        var report = ImportReport.Of(terms, false, file, await run.RunAsync(caller, context, terms, file.Rows, http.RequestAborted));
        await audit.AcceptedAsync(http, caller.OrganisationId, caller.UserId, "wallets.imported", details: DetailsOf(http, report, file));
        kept = await imports.EndAsync(
            caller.OrganisationId, context.Operation, JsonSerializer.Serialize(report, PlatformJson.Of<ImportReport>()), http.RequestAborted);
        return Reply.Ok(Read(kept));
    }

    private static (ImportTerms Terms, bool DryRun) TermsOf(HttpContext http)
    {
        var query = new Query(http, "kind", "dryRun", "atomic", "uniqueReferences");
        var kind = query.OneOf("kind", Kinds);
        var (dryRun, atomic, unique) = (query.OneOf("dryRun", Switch), query.OneOf("atomic", Switch), query.OneOf("uniqueReferences", Switch));
        if (kind is null && !http.Request.Query.ContainsKey("kind"))
        {
            query.Fault("kind", "The value is one of: deposits, opening-balances.");
        }

        query.Check.ThrowIfFailed();
        return (new ImportTerms(kind!.Value, atomic ?? false, unique ?? true), dryRun ?? false);
    }

    private static ImportReport Read(string kept) => JsonSerializer.Deserialize(kept, PlatformJson.Of<ImportReport>())!;

    private static Dictionary<string, string> DetailsOf(HttpContext http, ImportReport report, ImportFile file) => new()
    {
        ["kind"] = http.Request.Query["kind"].ToString(), ["atomic"] = report.Atomic ? "true" : "false",
        ["uniqueReferences"] = report.UniqueReferences ? "true" : "false", ["rows"] = Number(report.Rows), ["accepted"] = Number(report.Accepted),
        ["duplicates"] = Number(report.Duplicates), ["refused"] = Number(report.Refused), ["sha256"] = Convert.ToHexStringLower(file.Digest.ToArray()),
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
