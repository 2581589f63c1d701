using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Platform.Api.Tests.Http;

/// <summary>
/// Enum names and instants in the bodies and queries of every documented route. Anything but exactly one name, and instants outside the
/// years 1970 to 2200, give a 400 that points to the member. No instant causes a 500.
/// </summary>
[Collection(ApiCollection.Name)]
public sealed partial class EveryValueTests(ApiFixture api)
{
    private static readonly string[] Instants = ["from", "to", "at", "asKnownAt"];
    private static readonly string[] Enums =
        ["status", "outcome", "granularity", "kind", "format", "bucket", "agg", "dryRun", "atomic", "uniqueReferences"];
    private static readonly string[] Outside =
    [
        "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.9999999-14:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
        "1969-12-31T23:59:59Z", "2201-01-01T00:00:00Z", "2026-01-01", "0", "",
    ];
    private static readonly string[] Inside =
        ["1970-01-01T00:00:00Z", "1970-01-01T14:00:00+14:00", "2200-12-31T23:59:59.9999999Z", "2026-01-31T12:00:00Z"];

    public static TheoryData<string, string> WithQuery => ApiDocument.Routes((method, path, operation) =>
        operation["security"] is not null && Queried(operation).Any(parameter => IsInstant(parameter) || IsEnum(path, parameter)));

    public static TheoryData<string, string> WithBody => ApiDocument.Routes((method, path, operation) =>
        ApiDocument.TakesJson(operation) && Members(operation).Any());

    [Theory]
    [MemberData(nameof(WithQuery))]
    public async Task A_parameter_takes_exactly_one_name_or_an_instant_in_range(string method, string path)
    {
        var caller = path.Contains("/admin/", StringComparison.Ordinal) ? await api.SuperAdminAsync() : await api.RegisterAsync();
        var operation = ApiDocument.Operation(method, path);
        foreach (var parameter in Queried(operation).Where(parameter => IsInstant(parameter) || IsEnum(path, parameter)))
        {
            var name = parameter["name"]!.GetValue<string>();
            foreach (var bad in IsInstant(parameter) ? Outside : BadNames(NameOf(path, parameter)))
            {
                var answer = await AskAsync(caller, method, path, $"{name}={Uri.EscapeDataString(bad)}");
                Assert.True(answer.Status == 400, $"{name}={bad}: {answer.Status} {answer.Body}");
                Assert.Contains(answer.IsProblem(400).Json["errors"]!.AsArray(), error => error!["pointer"]!.GetValue<string>() == name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(WithQuery))]
    public async Task No_instant_in_a_query_causes_a_500(string method, string path)
    {
        var caller = path.Contains("/admin/", StringComparison.Ordinal) ? await api.SuperAdminAsync() : await api.RegisterAsync();
        string[] names = [.. Queried(ApiDocument.Operation(method, path)).Where(IsInstant).Select(one => one["name"]!.GetValue<string>())];
        foreach (var query in names.SelectMany(name => Inside.Select(instant => $"{name}={Uri.EscapeDataString(instant)}"))
            .Concat(names.Contains("to") ? Inside.Select(instant => $"from=1970-01-01T00:00:00Z&to={Uri.EscapeDataString(instant)}") : []))
        {
            var answer = await AskAsync(caller, method, path, query);
            Assert.True(answer.Status is 200 or 400, $"{query}: {answer.Status} {answer.Body}");
        }
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task A_member_takes_exactly_one_name_or_an_instant_in_range(string method, string path)
    {
        var account = await api.RegisterAsync();
        foreach (var (member, names) in Members(ApiDocument.Operation(method, path)))
        {
            JsonNode?[] bad = names is []
                ? [.. Outside.Select(text => (JsonNode)text), 0]
                : [.. BadNames(names[0]).Select(text => (JsonNode)text), 0, new JsonArray(names[0])];
            foreach (var value in bad)
            {
                var body = ApiDocument.ExampleOf(method, path);
                body[member] = value;
                var address = ApiDocument.Fill(path, parameter => parameter == "code" ? "report-generation" : account.WalletId);
                var answer = await api.SendAsync(new HttpMethod(method), address, body, account.Token, Account.NewKey());
                Assert.True(answer.Status == 400, $"{member}={value?.ToJsonString()}: {answer.Status} {answer.Body}");
                Assert.Contains(answer.IsProblem(400).Json["errors"]!.AsArray(), error =>
                    error!["pointer"]!.GetValue<string>() == $"/{member}");
            }
        }
    }

    [Fact]
    public void The_routes_with_such_values_are_found() => Assert.Equal((true, true), (WithQuery.Count >= 17, WithBody.Count >= 7));

    private static string[] BadNames(string name) =>
        [
            $"{name},{name}", $"{name}, {name}", $" {name}", $"{name} ", $"{char.ToUpperInvariant(name[0])}{name[1..]}!",
            name.ToUpperInvariant(), "0", "1", "-1", "",
        ];

    private static IEnumerable<JsonNode> Queried(JsonNode operation) =>
        (operation["parameters"]?.AsArray() ?? [])
            .Where(parameter => parameter!["in"]!.GetValue<string>() == "query").Select(parameter => parameter!);

    private static bool IsInstant(JsonNode parameter) => Instants.Contains(parameter["name"]!.GetValue<string>());

    // Not enums: a metric's groupBy is a dimension, and activity types belong to the organisation.
    private static bool IsEnum(string path, JsonNode parameter) => parameter["name"]!.GetValue<string>() switch
    {
        "groupBy" => path.Contains("stats", StringComparison.Ordinal),
        "type" => path.EndsWith("/transactions", StringComparison.Ordinal),
        var name => Enums.Contains(name),
    };

    // A valid name: descriptions of enum parameters start with one.
    private static string NameOf(string path, JsonNode parameter) => path.EndsWith("/transactions", StringComparison.Ordinal)
        ? "deposit"
        : FirstWord().Match(parameter["description"]!.GetValue<string>()).Value;

    // The members of a body that are enums, with their names, or instants, without names.
    private static IEnumerable<(string Member, string[] Names)> Members(JsonNode operation)
    {
        foreach (var (member, resolved) in ApiDocument.BodyMembers(operation))
        {
            if (resolved["enum"] is JsonArray names)
            {
                yield return (member, [.. names.Where(name => name is not null).Select(name => name!.GetValue<string>())]);
            }
            else if (resolved["format"]?.GetValue<string>() == "date-time")
            {
                yield return (member, []);
            }
        }
    }

    private Task<Answer> AskAsync(Account caller, string method, string path, string query)
    {
        var id = path.Contains("/wallets/", StringComparison.Ordinal) ? caller.WalletId : caller.UserId;
        var address = ApiDocument.Fill(path, parameter => parameter == "metric" ? "revenue" : id);
        return method == "POST"
            ? api.SendRawAsync(
                HttpMethod.Post, $"{address}?{query}", "walletId,amount,currency,reference\n", caller.Token, Account.NewKey(), "text/csv")
            : api.SendAsync(new HttpMethod(method), $"{address}?{query}", token: caller.Token);
    }

    [GeneratedRegex("^[a-z0-9-]+")]
    private static partial Regex FirstWord();
}
