using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Testing;

namespace Platform.Api.Tests.Host.Telemetry;

/// <summary>Receives spans like a collector: OTLP as protocol buffers over HTTP.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Span> _spans = new();
    private readonly ConcurrentQueue<KeyValuePair<string, string>> _resources = new();
    private readonly WebApplication _app;

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{FreePorts.Next()}");
        _app = builder.Build();
        _app.MapPost("/v1/traces", ReceiveAsync);
    }

    public string Address => _app.Urls.Single();

    public IReadOnlyCollection<Span> Spans => _spans;

    /// <summary>The resource attributes of the senders.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> Resources => _resources;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        Assert.Equal("application/x-protobuf", request.ContentType);
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        foreach (var span in Span.OfExport(body.ToArray()))
        {
            _spans.Enqueue(span);
        }

        foreach (var attribute in Span.ResourceOf(body.ToArray()))
        {
            _resources.Enqueue(attribute);
        }

        return Results.Bytes([], "application/x-protobuf");
    }
}
