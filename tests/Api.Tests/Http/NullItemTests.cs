using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Http;

/// <summary>A null in a list or dictionary of a body was answered with 500. Every documented body is tried.</summary>
[Collection(ApiCollection.Name)]
public sealed class NullItemTests(ApiFixture api)
{
    public static TheoryData<string, string> WithItems => ApiDocument.Routes((method, path, operation) =>
        ApiDocument.TakesJson(operation) && operation["security"] is not null && !path.Contains("/admin/", StringComparison.Ordinal) &&
        Members(operation).Any());

    [Theory]
    [MemberData(nameof(WithItems))]
    public async Task A_null_item_is_400_and_points_to_it(string method, string path)
    {
        var account = await api.RegisterAsync();
        foreach (var (member, isList) in Members(ApiDocument.Operation(method, path)))
        {
            var body = ApiDocument.ExampleOf(method, path);
            body[member] = isList ? new JsonArray([null]) : new JsonObject { ["one"] = null };
            var address = ApiDocument.Fill(path, parameter => parameter == "code" ? "api-calls" : account.WalletId);
            var answer = await api.SendAsync(new HttpMethod(method), address, body, account.Token, Account.NewKey());
            Assert.Contains(answer.IsProblem(400).Json["errors"]!.AsArray(), error =>
                error!["pointer"]!.GetValue<string>() == $"/{member}/{(isList ? "0" : "one")}");
        }
    }

    [Fact]
    public void Routes_with_lists_are_found() => Assert.True(WithItems.Count >= 5, $"{WithItems.Count} routes");

    private static IEnumerable<(string Member, bool IsList)> Members(JsonNode operation)
    {
        foreach (var (member, resolved) in ApiDocument.BodyMembers(operation))
        {
            var type = resolved["type"]?.ToJsonString() ?? "";
            if (type.Contains("array", StringComparison.Ordinal))
            {
                yield return (member, true);
            }
            else if (resolved["additionalProperties"] is JsonObject)
            {
                yield return (member, false);
            }
        }
    }
}
