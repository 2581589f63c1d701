using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Http;

/// <summary>Display names on every documented route that accepts one.</summary>
[Collection(ApiCollection.Name)]
public sealed class NameFormTests(ApiFixture api)
{
    private static readonly string[] Names = ["name", "displayName", "organisationName"];

    public static TheoryData<string, string> WithName => ApiDocument.Routes((method, path, operation) =>
        ApiDocument.TakesJson(operation) && ApiDocument.ExampleOf(method, path).Any(member => Names.Contains(member.Key)));

    [Theory]
    [MemberData(nameof(WithName))]
    public async Task A_name_with_hidden_characters_is_refused_on_every_route(string method, string path)
    {
        var account = await api.RegisterAsync();
        foreach (var name in ApiDocument.ExampleOf(method, path).Select(member => member.Key).Where(Names.Contains))
        {
            foreach (var bad in new[] { "Ada\u202Egnp.exe", "A\u200Bda", "Ada\u2028b", " \u3164 ", "A\u200Dda", "\u2800", "   ",
                "Ada\nb", "\uE000Ada" })
            {
                var body = ApiDocument.ExampleOf(method, path);
                body[name] = bad;
                var address = ApiDocument.Fill(path, parameter => parameter == "code" ? "some-code" : account.UserId);
                var answer = await api.SendAsync(new HttpMethod(method), address, body, account.Token, Account.NewKey());
                var errors = answer.IsProblem(400).Json["errors"]!.AsArray();
                Assert.Contains(errors, error => error!["pointer"]!.GetValue<string>() == $"/{name}");
            }
        }
    }

    [Fact]
    public void The_routes_with_names_are_known() => Assert.True(WithName.Count >= 11, $"{WithName.Count} routes take a name.");

    [Fact]
    public async Task A_name_is_normalised_and_trimmed()
    {
        var account = await api.RegisterAsync();
        var name = new JsonObject { ["displayName"] = "  Jose\u0301 \U0001F469\u200D\U0001F4BB " };
        var changed = await account.SendAsync(HttpMethod.Patch, $"/api/v1/users/{account.UserId}", name);
        Assert.Equal("Jos\u00E9 \U0001F469\u200D\U0001F4BB", changed.Is(200).Text("displayName"));

        // A repeated request counts as the same although the stored name was normalised.
        var added = new JsonObject { ["email"] = "repeated.name@example.test", ["displayName"] = " Jose\u0301 ",
            ["password"] = "a long password" };
        var key = Account.NewKey();
        var first = (await account.PostAsync("/api/v1/users", added, key)).Is(201);
        Assert.Equal(first.Text("id"), (await account.PostAsync("/api/v1/users", added, key)).Is(201).Text("id"));
    }
}
