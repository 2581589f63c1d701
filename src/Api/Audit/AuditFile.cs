using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Platform.Api.Http;
using Platform.Audit;

namespace Platform.Api.Audit;

/// <summary>Writes audit entries as NDJSON or CSV (RFC 4180), always one line per entry.</summary>
public sealed class AuditFile(IBufferWriter<byte> output, bool csv) : IDisposable
{
    private static readonly string[] Columns =
        ["id", "at", "actorId", "actorKind", "action", "outcome", "code", "entityType", "entityId", "ip", "userAgent",
            "traceId", "details"];

    // The default encoder writes only printable ASCII, so that entries cannot inject line breaks or text direction.
    private readonly Utf8JsonWriter _json = new(output, new JsonWriterOptions { SkipValidation = true });

    /// <summary>Writes the header row of a CSV file.</summary>
    public void Begin()
    {
        if (csv)
        {
            Csv.WriteLine(output, Columns);
        }
    }

    public void Write(IReadOnlyList<AuditItem> items)
    {
        foreach (var item in items)
        {
            if (csv)
            {
                Csv.WriteLine(output, Cells(item));
            }
            else
            {
                JsonSerializer.Serialize(_json, item, PlatformJson.Of<AuditItem>());
                _json.Flush();
                _json.Reset();
                output.Write("\n"u8);
            }
        }
    }

    public void Dispose() => _json.Dispose();

    private static string?[] Cells(AuditItem item) =>
    [
        item.Id.ToString(), item.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), item.ActorId?.ToString(), Name(item.ActorKind),
        item.Action, Name(item.Outcome), item.Code, item.EntityType, item.EntityId?.ToString(), item.Ip, item.UserAgent, item.TraceId,
        JsonSerializer.Serialize(item.Details),
    ];

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
