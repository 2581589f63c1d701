using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Storage.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Imports deposits or opening balances of many wallets from a file.</summary>
[Routes]
public static class ImportEndpoints
{
    private static readonly Problem TooLarge = new(413, "body-too-large", "The file must be at most 4 MiB.");
    private static readonly Problem NotCsv = new(415, "unsupported-media-type", "The body must be text/csv in UTF-8.");

    private static readonly AcceptsText CsvBody = new(
        Csv.MediaType,
        "CSV in UTF-8, separated by commas, semicolons or tabs. The header has walletId, amount, currency, reference and, for opening " +
        "balances, effectiveAt, in any order and case. Other columns are ignored. At most 10,000 rows and 4 MiB.",
        "walletId,amount,currency,reference\n01932f3a-7c00-7000-8000-0000000000c3,10.50,USD,bank-2026-11-21-7\n");

    private static readonly Dictionary<string, ImportKind> Kinds =
        new(StringComparer.Ordinal) { ["deposits"] = ImportKind.Deposits, ["opening-balances"] = ImportKind.OpeningBalances };

    private static readonly Dictionary<string, bool> Booleans = new(StringComparer.Ordinal) { ["true"] = true, ["false"] = false };

    public static void MapImports(this RouteGroupBuilder api) =>
        api.MapGroup("/wallets").WithTags("Wallets").MapPost("/imports", ImportAsync)
            .Describe(
                "Deposits money from a CSV file and reports the outcome of each row. A dry run moves nothing and needs no idempotency key.")
            .Takes("kind", "deposits or opening-balances.", required: true)
            .Takes("dryRun", "true or false (default). If true, reports what would happen to each row and moves nothing.")
            .Takes("atomic", "true or false (default). If true, books no row if any row cannot be booked or is a duplicate.")
            .Takes(
                "uniqueReferences",
                "true (default) or false. If false, also books rows whose reference the wallet or an earlier row already has.")
            .WithMetadata(CsvBody).MovesMoney(rowByRow: true).Audited().Answers<ImportReport>(200).Needs("wallets:adjust");

    private static async Task<IResult> ImportAsync(Call call, ImportPlan plan, ImportRun run, ImportTable imports, AuditTrail audit)
    {
        call.CheckKey();
        var (terms, dryRun) = TermsOf(call);
        CommandContext? context = dryRun ? null : call.Context("imports"); // A dry run needs no idempotency key.
        if (!BodyReader.IsOf(call.Http.Request.ContentType, Csv.MediaType))
        {
            return NotCsv;
        }

        // More than the limit, so that a client with too large a file gets the 413 instead of a broken connection.
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
        var (dryRun, atomic, unique) =
            (query.OneOf("dryRun", Booleans), query.OneOf("atomic", Booleans), query.OneOf("uniqueReferences", Booleans));
        if (kind is null && !call.Http.Request.Query.ContainsKey("kind"))
        {
            query.Fault("kind", "The value must be one of: deposits, opening-balances.");
        }

        query.Check.ThrowIfFailed();
        return (new ImportTerms(kind!.Value, atomic ?? false, unique ?? true), dryRun ?? false);
    }

    private static ImportReport Read(string kept) => JsonSerializer.Deserialize(kept, PlatformJson.Of<ImportReport>())!;

    private static Dictionary<string, string> DetailsOf(Call call, ImportReport report, ImportFile file) => new()
    {
        ["kind"] = call.Http.Request.Query["kind"].ToString(), ["atomic"] = report.Atomic ? "true" : "false",
        ["uniqueReferences"] = report.UniqueReferences ? "true" : "false", ["rows"] = Number(report.Rows),
        ["accepted"] = Number(report.Accepted),
        ["duplicates"] = Number(report.Duplicates), ["refused"] = Number(report.Refused),
        ["sha256"] = Convert.ToHexStringLower(file.Digest.ToArray()),
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
