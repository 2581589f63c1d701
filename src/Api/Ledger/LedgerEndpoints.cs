using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Grains.Wallets;
using Platform.Storage.Wallets;

namespace Platform.Api.Ledger;

/// <summary>The ledger of the caller's organisation as a whole.</summary>
[Routes]
public static class LedgerEndpoints
{
    public static void MapLedger(this RouteGroupBuilder api) =>
        api.MapGroup("/ledger").WithTags("Ledger").MapGet("/export", ExportAsync)
            .Describe("All transactions with their postings and hashes, wallet by wallet in the order of the sequence: a JSON object a line.")
            .Takes("from", "Only what was recorded not before this time.").Takes("to", "Only what was recorded before this time.")
            .AnswersFile("application/x-ndjson").Needs("audit:export").NeedsStepUp();

    private static async Task ExportAsync(
        Call call, LedgerQueries ledger, LedgerProofLines proof, ParentSettlement parents, AuditTrail audit)
    {
        var query = call.Query("from", "to");
        var (from, to) = (query.Instant("from"), query.Instant("to"));
        query.Check.ThrowIfFailed();
        await audit.AcceptedAsync(call, "ledger.exported", details: Details(from, to));

        await parents.SettleAsync(call.OrganisationId, null, call.Aborted);

        // Only the whole of it can be verified. What checkpoints know must be in the transactions: these are read later.
        var checkpoint = from is null && to is null ? await proof.LastAsync(call.OrganisationId, call.Aborted) : 0;

        // As with statements: what fails before the first line is a problem.
        await using var pages = ledger.ExportAsync(call.OrganisationId, from, to, call.Aborted).GetAsyncEnumerator(call.Aborted);
        var more = await pages.MoveNextAsync();
        var response = call.Http.Response;
        response.ContentType = "application/x-ndjson; charset=utf-8";
        response.Headers.ContentDisposition = "attachment; filename=\"ledger.ndjson\"";
        using var json = new Utf8JsonWriter(response.BodyWriter);
        LedgerLine.Write(json, new LedgerHeader(call.OrganisationId, call.Now, from, to));
        EndLine(json, response.BodyWriter);
        await foreach (var line in proof.ReadAsync(call.OrganisationId, checkpoint, call.Aborted))
        {
            await response.BodyWriter.WriteAsync(line, call.Aborted);
        }

        for (; more; more = await pages.MoveNextAsync())
        {
            foreach (var row in pages.Current)
            {
                LedgerLine.Write(json, row);
                EndLine(json, response.BodyWriter);
            }

            await response.BodyWriter.FlushAsync(call.Aborted);
        }
    }

    private static void EndLine(Utf8JsonWriter json, IBufferWriter<byte> output)
    {
        json.Flush();
        json.Reset();
        output.Write("\n"u8);
    }

    private static Dictionary<string, string> Details(DateTimeOffset? from, DateTimeOffset? to)
    {
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        if (from is { } begin)
        {
            details["from"] = begin.ToString("O", CultureInfo.InvariantCulture);
        }

        if (to is { } end)
        {
            details["to"] = end.ToString("O", CultureInfo.InvariantCulture);
        }

        return details;
    }
}
