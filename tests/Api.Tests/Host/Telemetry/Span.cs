namespace Platform.Api.Tests.Host.Telemetry;

/// <summary>One received span with its source and all attributes, including those of its events.</summary>
public sealed record Span(
    string Source, string TraceId, string Id, string ParentId, string Name, int Kind,
    IReadOnlyList<KeyValuePair<string, string>> Attributes)
{
    public const int Server = 2;
    public const int Client = 3;

    public bool IsRoot => ParentId.Length == 0;

    public string? this[string attribute] => Attributes.FirstOrDefault(one => one.Key == attribute).Value;

    /// <summary>The spans of an ExportTraceServiceRequest (opentelemetry/proto/collector/trace/v1), by its field numbers.</summary>
    public static IEnumerable<Span> OfExport(byte[] request) =>
        from resource in Protobuf.Fields(request).Of(1)
        from scope in Protobuf.Fields(resource.Bytes).Of(2)
        let fields = Protobuf.Fields(scope.Bytes)
        let source = fields.Of(1).SelectMany(one => Protobuf.Fields(one.Bytes).Of(1)).Select(name => name.Text).FirstOrDefault("")
        from span in fields.Of(2)
        select Read(source, Protobuf.Fields(span.Bytes));

    /// <summary>The resource attributes of the sender.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ResourceOf(byte[] request) =>
        Protobuf.Fields(request).Of(1).SelectMany(sent => Protobuf.Fields(sent.Bytes).Of(1))
            .SelectMany(resource => Protobuf.Fields(resource.Bytes).Of(1)).Select(Attribute);

    private static Span Read(string source, IReadOnlyList<Protobuf> fields)
    {
        string Hex(int number) => fields.Of(number).Select(field => Convert.ToHexStringLower(field.Bytes)).FirstOrDefault("");
        var events = fields.Of(11).SelectMany(traceEvent => Protobuf.Fields(traceEvent.Bytes).Of(3));
        return new Span(
            source, Hex(1), Hex(2), Hex(4), fields.Of(5).Single().Text, (int)fields.Of(6).Single().Number,
            [.. fields.Of(9).Concat(events).Select(Attribute)]);
    }

    private static KeyValuePair<string, string> Attribute(Protobuf attribute)
    {
        var fields = Protobuf.Fields(attribute.Bytes);
        var value = fields.Of(2).SelectMany(any => Protobuf.Fields(any.Bytes)).FirstOrDefault();
        var text = value is null ? "" : value.Bytes.Length > 0 ? value.Text : $"{value.Number}";
        return new KeyValuePair<string, string>(fields.Of(1).Single().Text, text);
    }
}
