using Platform.Api.Http;
using Platform.Storage.Wallets;

namespace Platform.Api.Wallets;

public enum StatementFormat
{
    Json = 0,
    Csv = 1,
    Pdf = 2,
}

/// <summary>Streams a statement while it is read, so that it is never held in memory as a whole.</summary>
public sealed class StatementResult(StatementHead head, StatementFormat format, IAsyncEnumerable<IReadOnlyList<StatementLine>> lines)
    : IResult
{
    private const int LinesPerFlush = 200;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        // Reads the first page before the response starts, so that an unavailable store yields a problem and not half a statement.
        await using var pages = lines.GetAsyncEnumerator(httpContext.RequestAborted);
        var more = await pages.MoveNextAsync();
        var response = httpContext.Response;
        using var file = Begin(response);
        var sum = new StatementSum(head.Opening, 0, 0, 0);
        for (file.Begin(head); more; more = await pages.MoveNextAsync())
        {
            foreach (var line in pages.Current)
            {
                sum = sum.Add(line.Change);
                file.Write(line, sum);
                if (sum.Count % LinesPerFlush == 0)
                {
                    await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
                }
            }
        }

        file.End(sum);
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    private StatementFile Begin(HttpResponse response)
    {
        if (format == StatementFormat.Json)
        {
            response.ContentType = "application/json; charset=utf-8";
            return new StatementJson(response.BodyWriter);
        }

        var csv = format == StatementFormat.Csv;
        response.ContentType = csv ? $"{Csv.MediaType}; charset=utf-8; header=present" : "application/pdf";
        response.Headers.ContentDisposition = $"attachment; filename=\"statement-{head.WalletId}.{(csv ? "csv" : "pdf")}\"";
        return csv ? new StatementCsv(response.BodyWriter) : new StatementPdf(response.BodyWriter);
    }
}
