using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Platform.Api.Tests;

/// <summary>The document of the API, its page, and the measurements.</summary>
[Collection(ApiCollection.Name)]
public sealed partial class DocumentTests(ApiFixture api)
{
    [Fact]
    public async Task The_document_is_the_committed_one()
    {
        var served = (await api.SendAsync(HttpMethod.Get, "/api/docs/v1/openapi.json")).Is(200);
        Assert.True(
            JsonNode.DeepEquals(ApiDocument.Committed, served.Json),
            "The API changed. If that is meant: dotnet run --project src/Api -- --openapi docs/openapi.json");
    }

    [Fact]
    public void Every_route_has_a_summary_examples_and_problems()
    {
        foreach (var (path, item) in ApiDocument.Committed["paths"]!.AsObject())
        {
            foreach (var (method, operation) in item!.AsObject())
            {
                var where = $"{method} {path}";
                Assert.False(string.IsNullOrEmpty(operation!["summary"]?.GetValue<string>()), where);
                Assert.True(operation["requestBody"] is null || operation["requestBody"]!["content"]!["application/json"]!["example"] is not null, where);
                Assert.Contains(operation["responses"]!.AsObject(), response => response.Value!["content"]?["application/problem+json"] is not null);
            }
        }
    }

    [Fact]
    public async Task The_page_of_the_document_is_there()
    {
        var page = (await api.SendAsync(HttpMethod.Get, "/api/docs/index.html")).Is(200);
        Assert.Equal("text/html", page.MediaType);
    }

    [Fact]
    public async Task Measurements_are_told_in_the_format_of_prometheus_on_a_port_of_their_own()
    {
        var account = await api.RegisterAsync();
        (await account.DepositAsync("1")).Is(201);
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(MetricsAddress().Match(api.Log).Value));
        Assert.Contains("# TYPE http_server_request_duration_seconds histogram", text, StringComparison.Ordinal);
        Assert.Contains("orleans_", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_", text, StringComparison.Ordinal);
        Assert.DoesNotContain(account.OrganisationId, text, StringComparison.Ordinal);
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(Line(), line));
        var samples = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(line => line[..line.LastIndexOf(' ')]).ToList();
        Assert.Equal(samples.Count, samples.Distinct(StringComparer.Ordinal).Count());
    }

    [GeneratedRegex("http://127.0.0.1:[0-9]+/metrics")]
    private static partial Regex MetricsAddress();

    [GeneratedRegex("""^(# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .*|[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*")*\})? (NaN|[+-]Inf|-?[0-9.]+(E[+-]?[0-9]+)?))$""")]
    private static partial Regex Line();
}
