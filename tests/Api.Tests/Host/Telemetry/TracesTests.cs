using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Trace;
using Platform.Silo.Instruments;
using Platform.Testing;

namespace Platform.Api.Tests.Host.Telemetry;

/// <summary>The spans that a collector receives from the running platform.</summary>
public sealed class TracesTests : IAsyncLifetime
{
    private const string Password = "a secret password";
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string CallerId = "00f067aa0ba902b7";
    private readonly PostgresFixture _postgres = new();
    private OtlpReceiver? _receiver;

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        _receiver = await OtlpReceiver.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _receiver!.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task A_charge_is_one_trace_from_the_request_to_the_commit_and_no_span_holds_a_secret()
    {
        string token;
        await using (var api = await StartAsync())
        {
            using var http = new HttpClient { BaseAddress = api.Address };
            var account = await RegisterAsync(http);
            token = account["tokens"]!["accessToken"]!.GetValue<string>();
            var wallet = $"/api/v1/wallets/{account["wallet"]!["id"]!.GetValue<string>()}";
            Assert.Equal(201, (await PostAsync(http, $"{wallet}/deposits", Money("9.00", "reference"), "d")).Status);
            var charged = await PostAsync(http, $"{wallet}/charges", Money("4321.09", "reason"), "c1", TraceId);
            Assert.Equal((409, TraceId), (charged.Status, charged.Json["traceId"]!.GetValue<string>()));
            Assert.Equal(201, (await PostAsync(http, $"{wallet}/charges?a=query-secret", Money("1.00", "reason"), "c2", TraceId)).Status);
            using var live = await http.GetAsync(new Uri($"/hubs/live?access_token={token}", UriKind.Relative));
            using var health = await http.GetAsync(new Uri("/health/live", UriKind.Relative));
        }

        var spans = _receiver!.Spans; // A stopping process sends its remaining spans.
        var trace = spans.Where(span => span.TraceId == TraceId).ToList();
        var request = Assert.Single(trace, span => span.Kind == Span.Server && span["http.response.status_code"] == "201");
        Assert.Equal(("POST /api/v1/wallets/{id:guid}/charges", CallerId), (request.Name, request.ParentId));
        Assert.Equal("?a=Redacted", request["url.query"]);
        var commit = Assert.Single(trace, span => span.Name == "journal.commit" && Above(trace, span).Contains(request));
        Assert.Contains(
            Above(trace, commit),
            span => span.Source == "Microsoft.Orleans.Application" && span.Name.EndsWith("/ChargeAsync", StringComparison.Ordinal));
        var statement = Assert.Single(
            trace, span => span.Source == "Npgsql" && span.ParentId == commit.Id && span["db.query.text"] is not null);
        Assert.Contains("journal_append($", statement["db.query.text"], StringComparison.Ordinal);

        Assert.Contains(spans, span => span.Name == "journal.deliver");
        Assert.DoesNotContain(spans, span => span is { IsRoot: true, Kind: Span.Client });
        Assert.DoesNotContain(spans, span => span["url.path"] is { } path && path.StartsWith("/health", StringComparison.Ordinal));
        Assert.Contains(KeyValuePair.Create("service.name", "Platform.Api"), _receiver.Resources);
        foreach (var secret in new[] { token, token[^40..], Password, "query-secret", "4321.09", "432109", "ada@example.test" })
        {
            Assert.DoesNotContain(spans, span => span.Name.Contains(secret, StringComparison.Ordinal)
                || span.Attributes.Any(attribute => attribute.Value.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        }
    }

    [Fact]
    public async Task OpenTelemetry_variables_set_the_service_name_and_sampling()
    {
        await using (var api = await StartAsync(("OTEL_TRACES_SAMPLER", "always_off"), ("OTEL_SERVICE_NAME", "named-otherwise")))
        {
            using var http = new HttpClient { BaseAddress = api.Address };
            await RegisterAsync(http);
        }

        Assert.Empty(_receiver!.Spans);
        await using (var api = await StartAsync(("OTEL_SERVICE_NAME", "named-otherwise")))
        {
            using var http = new HttpClient { BaseAddress = api.Address };
            using var answer = await http.GetAsync(new Uri("/api/v1/wallets", UriKind.Relative));
        }

        Assert.NotEmpty(_receiver.Spans);
        Assert.Contains(KeyValuePair.Create("service.name", "named-otherwise"), _receiver.Resources);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("http://127.0.0.1:1", true)]
    public void Without_an_address_nothing_listens_to_spans(string? endpoint, bool traced)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]);
        builder.AddPlatformTraces();
        using var host = builder.Build();
        Assert.Equal(traced, host.Services.GetService<TracerProvider>() is not null);
    }

    // The span and its ancestors, as far as they were received.
    private static IEnumerable<Span> Above(List<Span> trace, Span span)
    {
        for (var at = span; at is not null; at = trace.Find(other => other.Id == at.ParentId))
        {
            yield return at;
        }
    }

    private Task<PlatformProcess> StartAsync(params (string Name, string Value)[] more) =>
        PlatformProcess.StartAsync("Api", new Dictionary<string, string>
    {
        ["ConnectionStrings:Postgres"] = _postgres.ConnectionString,
        ["Platform:RunMode"] = "single",
        ["Platform:HttpsRedirect"] = "false",
        ["Management:Port"] = "0",
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _receiver!.Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
    }.Concat(more.Select(one => KeyValuePair.Create(one.Name, one.Value))).ToDictionary());

    private static string Money(string amount, string textField) =>
        new JsonObject { ["amount"] = Account.Money(amount), [textField] = "a test" }.ToJsonString();

    private static async Task<JsonNode> RegisterAsync(HttpClient http)
    {
        var answer = await http.PostAsJsonAsync(
            new Uri("/api/v1/auth/register", UriKind.Relative),
            new { email = "ada@example.test", password = Password, displayName = "Ada", accountType = "individual", currency = "USD" });
        var account = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", account["tokens"]!["accessToken"]!.GetValue<string>());
        return account;
    }

    private static async Task<(int Status, JsonNode Json)> PostAsync(
        HttpClient http, string path, string body, string key, string? trace = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        request.Headers.Add("Idempotency-Key", key);
        if (trace is not null)
        {
            request.Headers.Add("traceparent", $"00-{trace}-{CallerId}-01");
        }

        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }
}
