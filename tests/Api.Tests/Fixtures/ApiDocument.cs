using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Platform.Api.Tests.Fixtures;

/// <summary>The committed OpenAPI document. Theories run over all its routes.</summary>
public static partial class ApiDocument
{
    public static JsonNode Committed { get; } = JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "docs", "openapi.json")))!;

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

    public static JsonNode Operation(string method, string path) => Committed["paths"]![path]![method.ToLowerInvariant()]!;

    /// <summary>The members of a JSON body with their resolved schemas.</summary>
    public static IEnumerable<(string Name, JsonNode Schema)> BodyMembers(JsonNode operation) =>
        (Resolve(operation["requestBody"]!["content"]!["application/json"]!["schema"]!)["properties"]?.AsObject() ?? [])
            .Select(member => (member.Key, Resolve(member.Value!)));

    /// <summary>Whether the route has a JSON body.</summary>
    public static bool TakesJson(JsonNode operation) => operation["requestBody"]?["content"]?["application/json"] is not null;

    /// <summary>The example of the JSON body of a route.</summary>
    public static JsonObject ExampleOf(string method, string path) =>
        Operation(method, path)["requestBody"]!["content"]!["application/json"]!["example"]!.DeepClone().AsObject();

    /// <summary>A valid body as text; null if the route has none.</summary>
    public static string? BodyOf(string method, string path) =>
        Operation(method, path)["requestBody"] is not { } body ? null
        : TakesJson(Operation(method, path)) ? ExampleOf(method, path).ToJsonString()
        : body["content"]!.AsObject().First().Value!["example"]!.GetValue<string>();

    /// <summary>The path with each of its parameters replaced.</summary>
    public static string Fill(string path, Func<string, string> valueOf) =>
        Parameter().Replace(path, parameter => valueOf(parameter.Groups[1].Value));

    private static JsonNode Resolve(JsonNode schema) =>
        schema["$ref"] is { } reference
            ? Resolve(Committed["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]!)
        : schema["allOf"] is JsonArray { Count: 1 } one ? Resolve(one[0]!) // A nullable reference.
        : schema["oneOf"] is JsonArray either ? Resolve(either.First(kind => kind!["type"]?.ToJsonString() != "\"null\"")!)
        : schema;

    [GeneratedRegex("\\{([a-zA-Z]+)\\}")]
    private static partial Regex Parameter();

    /// <summary>The root folder of the repository.</summary>
    public static string Root => Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OrleansPlatform.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
