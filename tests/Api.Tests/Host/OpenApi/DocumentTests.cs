using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Host.OpenApi;

/// <summary>The OpenAPI document and its page.</summary>
[Collection(ApiCollection.Name)]
public sealed class DocumentTests(ApiFixture api)
{
    [Fact]
    public async Task The_document_is_the_committed_one()
    {
        var served = (await api.SendAsync(HttpMethod.Get, "/api/docs/v1/openapi.json")).Is(200);
        Assert.True(
            JsonNode.DeepEquals(ApiDocument.Committed, served.Json),
            "The API changed. If that is intended: dotnet run --project src/Api -- --openapi docs/openapi.json");
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
                var bodies = operation["requestBody"]?["content"]!.AsObject().Select(body => body.Value!) ?? [];
                Assert.True(bodies.All(body => body["example"] is not null), where);
                Assert.Contains(operation["responses"]!.AsObject(), response =>
                    response.Value!["content"]?["application/problem+json"] is not null);
            }
        }
    }

    [Fact]
    public void The_import_shows_its_file_and_its_parameters()
    {
        var import = ApiDocument.Operation("POST", "/api/v1/wallets/imports");
        var example = import["requestBody"]!["content"]!["text/csv"]!["example"]!.GetValue<string>();
        Assert.StartsWith("walletId,amount,currency,reference\n", example, StringComparison.Ordinal);
        var parameters = import["parameters"]!.AsArray()
            .ToDictionary(one => one!["name"]!.GetValue<string>(), one => one!["required"]?.GetValue<bool>() ?? false);
        Assert.Equal(
            [("Idempotency-Key", true), ("atomic", false), ("dryRun", false), ("kind", true), ("uniqueReferences", false)],
            parameters.Select(one => (one.Key, one.Value)).OrderBy(one => one.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_page_of_the_document_is_there()
    {
        var page = (await api.SendAsync(HttpMethod.Get, "/api/docs/index.html")).Is(200);
        Assert.Equal("text/html", page.MediaType);
    }
}
