using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Fixtures;

/// <summary>A service account of an organisation and one of its keys.</summary>
public sealed record ServiceAccount(Account Owner, string Id, string KeyId, string Key)
{
    public const string Path = "/api/v1/service-accounts";

    public string Url => $"{Path}/{Id}";

    public static async Task<ServiceAccount> CreateAsync(Account owner, params string[] permissions)
    {
        var id = (await CreateAsync(owner.Api, owner.Token, permissions)).Is(201).Text("id");
        var added = (await owner.PostAsync($"{Path}/{id}/keys", new JsonObject { ["name"] = "first" })).Is(201);
        return new ServiceAccount(owner, id, added.Text("id"), added.Text("key"));
    }

    public static Task<Answer> CreateAsync(ApiFixture api, string token, params string[] permissions) => api.SendAsync(
        HttpMethod.Post, Path,
        new JsonObject { ["name"] = "export", ["permissions"] = new JsonArray([.. permissions.Select(code => (JsonNode)code)]) }, token);

    public Task<Answer> GetAsync(string path) => Owner.Api.SendAsync(HttpMethod.Get, path, token: Key);

    public Task<Answer> SendAsync(HttpMethod method, string path, JsonNode? body = null) =>
        Owner.Api.SendAsync(method, path, body, Key, Account.NewKey());

    public Task<Answer> AddKeyAsync(JsonObject body, string? key = null) => Owner.PostAsync($"{Url}/keys", body, key);
}
