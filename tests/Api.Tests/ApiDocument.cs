using System.Text.Json.Nodes;

namespace Platform.Api.Tests;

/// <summary>The committed document of the API; theories run over every route in it.</summary>
public static class ApiDocument
{
    public static JsonNode Committed { get; } = JsonNode.Parse(File.ReadAllText(Find()))!;

    public static TheoryData<string, string> Routes(Func<string, string, JsonNode, bool> where)
    {
        var routes = new TheoryData<string, string>();
        foreach (var (path, item) in Committed["paths"]!.AsObject())
        {
            foreach (var (method, operation) in item!.AsObject())
            {
                if (where(method, path, operation!))
                {
                    routes.Add(method.ToUpperInvariant(), path);
                }
            }
        }

        return routes;
    }

    /// <summary>The example of the body of a route.</summary>
    public static JsonObject ExampleOf(string method, string path) =>
        Committed["paths"]![path]![method.ToLowerInvariant()]!["requestBody"]!["content"]!["application/json"]!["example"]!.DeepClone().AsObject();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OrleansPlatform.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "docs", "openapi.json");
    }
}
