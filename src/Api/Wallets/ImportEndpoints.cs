using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
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
            .WithMetadata(CsvBody).MovesMoney(rowByRow: true).Audited().Answers<ImportReport>(200).Needs("wallets:adjust");

    private static async Task<IResult> ImportAsync(Call call, ImportPlan plan, ImportRun run, ImportTable imports, AuditTrail audit)
    {
        call.CheckKey();
        var (terms, dryRun) = TermsOf(call);
        CommandContext? context = dryRun ? null : call.Context("imports"); // A dry run needs no key.
        if (!BodyReader.IsOf(call.Http.Request.ContentType, Csv.MediaType))
        {
            return NoCsv;
        }

        // Somewhat more than is taken, so that the client sees the answer.
        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = 2 * ImportFile.MaxBytes;
        }

        var file = await BodyReader.ReadAsync(
            call.Http.Request, ImportFile.MaxBytes, TooLarge, body => ImportFile.Parse(body, terms, call.Now));
        if (context is not { } import)
        {
            return Reply.Ok(ImportReport.Of(terms, true, file, await plan.MakeAsync(call, null, terms, file.Rows)));
        }

        var (isSame, kept) = await imports.BeginAsync(call.OrganisationId, import.Operation, file.Digest, call.Now, call.Aborted);
        if (!isSame)
        {
            return Problems.From(CommonErrors.OperationReused);
        }

        if (kept is not null)
        {
            return new JsonResult<ImportReport>(200, Read(kept)) { Replayed = true };
        }

        var report = ImportReport.Of(terms, false, file, await run.RunAsync(call, import, terms, file.Rows));
        await audit.AcceptedAsync(call, "wallets.imported", details: DetailsOf(call, report, file));
        kept = await imports.EndAsync(
            call.OrganisationId, import.Operation, JsonSerializer.Serialize(report, PlatformJson.Of<ImportReport>()), call.Aborted);
        return Reply.Ok(Read(kept));
    }

    private static (ImportTerms Terms, bool DryRun) TermsOf(Call call)
    {
        var query = call.Query("kind", "dryRun", "atomic", "uniqueReferences");
        var kind = query.OneOf("kind", Kinds);
        var (dryRun, atomic, unique) = (query.OneOf("dryRun", Switch), query.OneOf("atomic", Switch), query.OneOf("uniqueReferences", Switch));
        if (kind is null && !call.Http.Request.Query.ContainsKey("kind"))
        {
            query.Fault("kind", "The value is one of: deposits, opening-balances.");
        }

        query.Check.ThrowIfFailed();
        return (new ImportTerms(kind!.Value, atomic ?? false, unique ?? true), dryRun ?? false);
    }

    private static ImportReport Read(string kept) => JsonSerializer.Deserialize(kept, PlatformJson.Of<ImportReport>())!;

    private static Dictionary<string, string> DetailsOf(Call call, ImportReport report, ImportFile file) => new()
    {
        ["kind"] = call.Http.Request.Query["kind"].ToString(), ["atomic"] = report.Atomic ? "true" : "false",
        ["uniqueReferences"] = report.UniqueReferences ? "true" : "false", ["rows"] = Number(report.Rows), ["accepted"] = Number(report.Accepted),
        ["duplicates"] = Number(report.Duplicates), ["refused"] = Number(report.Refused), ["sha256"] = Convert.ToHexStringLower(file.Digest.ToArray()),
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
