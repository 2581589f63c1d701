using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Grains.Wallets;
using Platform.Storage.Wallets;

namespace Platform.Api.Ledger;

/// <summary>Exports the ledger of the caller's organisation.</summary>
[Routes]
public static class LedgerEndpoints
{
    public static void MapLedger(this RouteGroupBuilder api) =>
        api.MapGroup("/ledger").WithTags("Ledger").MapGet("/export", ExportAsync)
            .Describe("Exports all transactions with postings and hashes as one JSON object per line, ordered by wallet and sequence.")
            .Takes("from", "Only transactions recorded at or after this time.").Takes("to", "Only transactions recorded before this time.")
            .AnswersFile("application/x-ndjson").Needs("audit:export").NeedsStepUp();

    private static async Task ExportAsync(
        Call call, LedgerQueries ledger, LedgerProofLines proof, ParentSettlement parents, AuditTrail audit)
    {
        var query = call.Query("from", "to");
        var (from, to) = (query.Instant("from"), query.Instant("to"));
        query.Check.ThrowIfFailed();
        await audit.AcceptedAsync(call, "ledger.exported", details: Details(from, to));

        await parents.SettleAsync(call.OrganisationId, null, call.Aborted);

        // Only a full export can be verified. Reads the checkpoint first, so that all its transactions are in the export.
        var checkpoint = from is null && to is null ? await proof.LastAsync(call.OrganisationId, call.Aborted) : 0;

        // Reads the first page before the response starts, so that a failure yields a problem.
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
