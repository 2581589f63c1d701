using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Http;

/// <summary>Conventions that hold for every route of the OpenAPI document.</summary>
[Collection(ApiCollection.Name)]
public sealed class ConventionTests(ApiFixture api, SharedCallers callers) : IClassFixture<SharedCallers>
{
    public static TheoryData<string, string> All => ApiDocument.Routes((_, _, _) => true);

    public static TheoryData<string, string> Protected => ApiDocument.Routes((_, _, operation) => operation["security"] is not null);

    public static TheoryData<string, string> WithBody => ApiDocument.Routes((_, _, operation) => ApiDocument.TakesJson(operation));

    public static TheoryData<string, string> Posts => ApiDocument.Routes((method, _, _) => method == "post");

    public static TheoryData<string, string> Money => ApiDocument.Routes((method, path, _) =>
        method == "post" && path.Split('/')[^1] is "charges" or "deposits" or "activities");

    public static TheoryData<string, string> WithId => ApiDocument.Routes((_, path, _) => path.Contains("{id}", StringComparison.Ordinal));

    public static TheoryData<string, string> Lists => ApiDocument.Routes((_, _, operation) =>
        operation["parameters"]?.AsArray().Any(parameter => parameter!["name"]!.GetValue<string>() == "cursor") == true);

    [Theory]
    [MemberData(nameof(Protected))]
    public async Task An_anonymous_caller_is_401(string method, string path)
    {
        var answer = await SendAsync(method, path, null, null, ApiDocument.BodyOf(method, path));
        answer.IsProblem(401, "unauthenticated");
        Assert.Equal("Bearer", answer.Header("WWW-Authenticate"));
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task A_body_that_is_no_json_is_400(string method, string path)
    {
        var account = await CallerOfAsync(path);
        foreach (var body in new[] { "", "{", "nonsense", "{\"a\":1}}", "{'a':1}", "{\"a\":1,}", "/*c*/{}", "\u0000" })
        {
            (await SendAsync(method, path, account, Account.NewKey(), body)).IsProblem(400);
        }
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task A_body_that_is_no_object_is_400(string method, string path)
    {
        var account = await CallerOfAsync(path);
        foreach (var body in new[] { "null", "[]", "5", "\"text\"", "true" })
        {
            (await SendAsync(method, path, account, Account.NewKey(), body)).IsProblem(400, "wrong-type");
        }
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task An_unknown_field_is_400_with_its_pointer(string method, string path)
    {
        var account = await CallerOfAsync(path);
        var body = ApiDocument.ExampleOf(method, path);
        body["notAField"] = 1;
        var answer = (await SendAsync(method, path, account, Account.NewKey(), body.ToJsonString())).IsProblem(400, "unknown-field");
        Assert.Equal("/notAField", answer.Json["errors"]![0]!["pointer"]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task A_doubled_field_is_400(string method, string path)
    {
        var account = await CallerOfAsync(path);
        var body = ApiDocument.ExampleOf(method, path);
        var (name, value) = body.First();
        var doubled = $"{body.ToJsonString()[..^1]},\"{name}\":{value!.ToJsonString()}}}";
        (await SendAsync(method, path, account, Account.NewKey(), doubled)).IsProblem(400, "duplicate-field");
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task A_field_of_the_wrong_type_is_400_with_its_pointer(string method, string path)
    {
        var account = await CallerOfAsync(path);
        foreach (var (name, value) in ApiDocument.ExampleOf(method, path))
        {
            var body = ApiDocument.ExampleOf(method, path);
            body[name] = value is JsonValue ? new JsonArray(1, 2) : JsonValue.Create(true);
            var answer = (await SendAsync(method, path, account, Account.NewKey(), body.ToJsonString())).IsProblem(400);
            Assert.StartsWith($"/{name}", answer.Json["errors"]![0]!["pointer"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task Another_media_type_is_415(string method, string path)
    {
        var account = await CallerOfAsync(path);
        foreach (var type in new[] { "text/plain", "application/xml", "application/jsonx", "application/json; charset=utf-16" })
        {
            (await SendAsync(method, path, account, Account.NewKey(), ApiDocument.BodyOf(method, path), type))
                .IsProblem(415, "unsupported-media-type");
        }
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task A_body_over_one_mebibyte_is_413(string method, string path)
    {
        var account = await CallerOfAsync(path);
        var body = $"{{\"a\":\"{new string('x', 1024 * 1024)}\"}}";
        (await SendAsync(method, path, account, Account.NewKey(), body)).IsProblem(413, "body-too-large");
    }

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task An_invalid_idempotency_key_is_400(string method, string path)
    {
        var account = await CallerOfAsync(path);
        foreach (var key in new[] { new string('k', 129), "caf\u00e9", "a\tb" })
        {
            (await SendAsync(method, path, account, key, ApiDocument.BodyOf(method, path))).IsProblem(400, "invalid-idempotency-key");
        }
    }

    [Theory]
    [MemberData(nameof(Money))]
    public async Task Where_money_moves_a_missing_idempotency_key_is_400(string method, string path)
    {
        var account = await CallerOfAsync(path);
        (await SendAsync(method, path, account, null, ApiDocument.BodyOf(method, path))).IsProblem(400, "idempotency-key-required");
    }

    [Theory]
    [MemberData(nameof(WithId))]
    public async Task An_id_that_is_no_uuid_is_404(string method, string path)
    {
        var account = await CallerOfAsync(path);
        var address = path.Replace("{id}", "17", StringComparison.Ordinal);
        (await SendAsync(method, address, account, Account.NewKey(), ApiDocument.BodyOf(method, path))).IsProblem(404, "not-found");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_method_that_a_route_does_not_support_is_405(string method, string path)
    {
        _ = method;
        var unsupported = new[] { "DELETE", "PUT", "PATCH", "POST" }
            .First(other => ApiDocument.Committed["paths"]![path]![other.ToLowerInvariant()] is null);
        (await SendAsync(unsupported, path, await CallerOfAsync(path), null, null)).IsProblem(405, "method-not-allowed");
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Lists_refuse_bad_limits_cursors_and_unknown_parameters(string method, string path)
    {
        var account = await CallerOfAsync(path);
        foreach (var (query, code) in new[]
        {
            ("limit=0", "invalid-limit"), ("limit=201", "invalid-limit"), ("limit=x", "invalid-limit"), ("limit=-1", "invalid-limit"),
            ("cursor=", "invalid-cursor"), ("cursor=AAAA", "invalid-cursor"), ("cursor=%F0%9F%92%A9", "invalid-cursor"),
            ("nope=1", "unknown-parameter"), ("limit=1&limit=2", "duplicate-parameter"),
        })
        {
            (await SendAsync(method, $"{path}?{query}", account, null, null)).IsProblem(400, code);
        }
    }

    [Fact]
    public async Task An_unknown_address_is_404()
    {
        foreach (var path in new[] { "/api", "/api/v1", "/api/v1/nothing", "/metrics", "/api/v2/wallets" })
        {
            (await api.SendAsync(HttpMethod.Get, path)).IsProblem(404, "not-found");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_answer_carries_security_headers_and_names_no_server(string method, string path)
    {
        var answer = await SendAsync(method, path, null, null, ApiDocument.BodyOf(method, path));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Equal("DENY", answer.Header("X-Frame-Options"));
        Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
        Assert.StartsWith("default-src 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Null(answer.Header("Server"));
        Assert.Null(answer.Header("X-Powered-By"));
    }

    [Fact]
    public async Task The_trace_of_the_caller_is_the_trace_of_the_problem()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var answer = await api.SendAsync(HttpMethod.Get, "/api/v1/nothing", headers: ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"));
        Assert.Equal(Trace, answer.IsProblem(404).Text("traceId"));
    }

    [Fact]
    public async Task Only_listed_origins_are_allowed()
    {
        var listed = await api.SendAsync(HttpMethod.Get, "/api/v1/auth/me", headers: ("Origin", "https://app.example"));
        var other = await api.SendAsync(HttpMethod.Get, "/api/v1/auth/me", headers: ("Origin", "https://evil.example"));
        Assert.Equal("https://app.example", listed.Header("Access-Control-Allow-Origin"));
        Assert.Null(other.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task All_invalid_fields_are_reported_together()
    {
        var answer = await api.SendAsync(HttpMethod.Post, "/api/v1/auth/register", new JsonObject
        {
            ["email"] = "not an address",
            ["password"] = "short",
            ["displayName"] = "",
            ["accountType"] = "individual",
            ["currency"] = "ZZZ",
            ["timeZone"] = "Mars/Base",
            ["locale"] = "!",
        });
        answer.IsProblem(400, "validation-failed");
        Assert.Equal(
            ["/email", "/password", "/displayName", "/currency", "/timeZone", "/locale"],
            answer.Json["errors"]!.AsArray().Select(error => error!["pointer"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Health_answers_without_a_token()
    {
        (await api.SendAsync(HttpMethod.Get, "/health/live")).Is(200);
        (await api.SendAsync(HttpMethod.Get, "/health/ready")).Is(200);
    }

    private Task<Answer> SendAsync(
        string method, string path, Account? account, string? key, string? body, string contentType = "application/json") =>
        api.SendRawAsync(
            new HttpMethod(method), ApiDocument.Fill(path, parameter => ValueOf(path, parameter, account)), body, account?.Token, key,
            contentType);

    // A caller whom the route admits.
    private Task<Account> CallerOfAsync(string path) =>
        path.StartsWith("/api/v1/admin/", StringComparison.Ordinal) ? callers.SuperAdminAsync() : callers.OwnerAsync();

    // A new route parameter fails here: add a value that reaches its route.
    private static string ValueOf(string path, string parameter, Account? account) => parameter switch
    {
        "id" when path.StartsWith("/api/v1/users/", StringComparison.Ordinal) => account?.UserId ?? Guid.Empty.ToString(),
        "id" or "keyId" or "dealerId" => account?.WalletId ?? Guid.Empty.ToString(),
        "code" => "report-generation",
        "metric" => "revenue",
        "provider" => "google",
        _ => throw new ArgumentOutOfRangeException(nameof(parameter), parameter, "Unknown route parameter."),
    };
}
