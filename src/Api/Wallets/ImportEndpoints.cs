using Microsoft.AspNetCore.Http.Features;
using Platform.Api.Access;
using Platform.Api.Audit;
using Platform.Api.Auth;
using Platform.Api.Common;
using Platform.Storage.ReadModels.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Deposits and opening balances of many wallets from a file.</summary>
public static class ImportEndpoints
{
    private static readonly Problem TooLarge = new(413, "body-too-large", "A file has at most 4 MiB.");
    private static readonly Problem NoCsv = new(415, "unsupported-media-type", "The body is text/csv in UTF-8.");

    private static readonly Dictionary<string, ImportKind> Kinds =
        new(StringComparer.Ordinal) { ["deposits"] = ImportKind.Deposits, ["opening-balances"] = ImportKind.OpeningBalances };

    private static readonly Dictionary<string, bool> Switch = new(StringComparer.Ordinal) { ["true"] = true, ["false"] = false };

    public static void MapImports(this RouteGroupBuilder api) =>
        api.MapGroup("/wallets").WithTags("Wallets").MapPost("/imports", ImportAsync)
            .Describe("Moves money by a file of CSV with the columns walletId, amount, currency, reference and, for opening balances, effectiveAt. A dry run needs no key.")
            .Takes("kind", "deposits or opening-balances.").Takes("dryRun", "true tells what would become of each row and moves nothing.")
            .MovesMoney().Answers<ImportReport>(200).Refuses(413, 415, 422, 503).Needs("wallets:adjust");

    private static async Task<IResult> ImportAsync(HttpContext http, ImportRun run, ImportTable imports, AuditTrail audit, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        Operation.RequireValidKey(http);
        var query = new Query(http, "kind", "dryRun");
        var (asked, dryRun) = (query.OneOf("kind", Kinds), query.OneOf("dryRun", Switch) ?? false);
        if (asked is null && !http.Request.Query.ContainsKey("kind"))
        {
            query.Fault("kind", "The value is one of: deposits, opening-balances.");
        }

        query.Check.ThrowIfFailed();
        var kind = asked!.Value;
        var operation = Operation.Of(http, caller.OrganisationId, "imports", Guid.Empty, time, required: !dryRun);
        if (!BodyReader.IsOf(http.Request.ContentType, Csv.MediaType))
        {
            return NoCsv;
        }

        // Somewhat more than is taken, so that the client sees the answer.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = 2 * ImportFile.MaxBytes;
        }

        var file = await BodyReader.ReadAsync(http.Request, ImportFile.MaxBytes, TooLarge, body => ImportFile.Parse(body, kind, time.GetUtcNow()));
        if (dryRun)
        {
            return Reply.Ok(ReportOf(kind, true, file.Rows, await run.TryAsync(caller, file.Rows, http.RequestAborted)));
        }

        if (!await imports.IsSameAsync(caller.OrganisationId, operation.Id, file.Digest, time.GetUtcNow(), http.RequestAborted))
        {
            return Problems.From(CommonErrors.OperationReused);
        }

        var report = ReportOf(kind, false, file.Rows, await run.RunAsync(caller, operation, kind, file.Rows, http.RequestAborted));
        await audit.AcceptedAsync(http, caller.OrganisationId, caller.UserId, "wallets.imported", details: new Dictionary<string, string>
        {
            ["kind"] = http.Request.Query["kind"].ToString(), ["rows"] = Number(report.Rows), ["accepted"] = Number(report.Accepted),
            ["duplicates"] = Number(report.Duplicates), ["refused"] = Number(report.Refused), ["sha256"] = Convert.ToHexStringLower(file.Digest.ToArray()),
        });
        return Reply.Ok(report);
    }

    private static ImportReport ReportOf(ImportKind kind, bool dryRun, IReadOnlyList<ImportRow> rows, IReadOnlyList<ImportOutcome> outcomes)
    {
        var taken = rows.Zip(outcomes).Where(pair => pair.Second.Status != ImportOutcome.Refused).ToList();
        var totals = taken.GroupBy(pair => pair.First.Amount.Currency).OrderBy(currency => currency.Key.Code, StringComparer.Ordinal).Select(currency => new ImportTotal(
            currency.Key.Code, currency.Count(),
            new Money(currency.Sum(pair => pair.Second.Status == ImportOutcome.Duplicate ? 0 : pair.First.Amount.Minor), currency.Key),
            new Money(currency.Sum(pair => pair.Second.Status == ImportOutcome.Duplicate ? pair.First.Amount.Minor : 0), currency.Key)));
        var duplicates = taken.Count(pair => pair.Second.Status == ImportOutcome.Duplicate);
        return new ImportReport(kind, dryRun, rows.Count, taken.Count - duplicates, duplicates, rows.Count - taken.Count, [.. totals], outcomes);
    }

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
