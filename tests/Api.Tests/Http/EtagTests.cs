using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.Api.Http;

namespace Platform.Api.Tests.Http;

/// <summary>A caller who already has an entity's current version gets 304 (<c>If-None-Match</c>, RFC 9110 13.1.2).</summary>
[Collection(ApiCollection.Name)]
public sealed class EtagTests(ApiFixture api)
{
    [Theory]
    [InlineData("\"3\"", true)]
    [InlineData("W/\"3\"", true)]
    [InlineData("*", true)]
    [InlineData("\"1\", \"2\", \"3\"", true)]
    [InlineData("\"x\",W/\"3\"", true)]
    [InlineData("\"2\"", false)]
    [InlineData("\"33\"", false)]
    [InlineData("\"*\"", false)]
    [InlineData("*, \"2\"", false)]
    [InlineData("3", false)]
    [InlineData("\"3", false)]
    [InlineData("", false)]
    public void A_version_is_held_if_any_of_the_tags_is_its_own(string header, bool held) => Assert.Equal(held, IsHeld(header));

    [Fact]
    public void Several_headers_are_one_list()
    {
        Assert.True(IsHeld("\"1\"", "\"3\""));
        Assert.False(IsHeld("\"1\"", "\"2\""));
        Assert.False(IsHeld());
    }

    [Fact]
    public async Task An_entity_that_the_caller_holds_is_answered_304_without_a_body()
    {
        var account = await api.RegisterAsync();
        var tag = (await account.GetAsync("/api/v1/organisation")).Is(200).Header("ETag")!;
        foreach (var held in new[] { tag, $"W/{tag}", "*", $"\"0\", {tag}" })
        {
            var again = (await GetAsync(account, "/api/v1/organisation", held)).Is(304);
            Assert.Equal(("", tag, null), (again.Body, again.Header("ETag"), again.MediaType));
            Assert.Equal("no-store", again.Header("Cache-Control")); // The other headers are those of the 200.
        }

        (await account.SendAsync(HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["name"] = "Another" })).Is(200);
        var changed = (await GetAsync(account, "/api/v1/organisation", tag)).Is(200);
        Assert.NotEqual(tag, changed.Header("ETag"));
        Assert.Equal("Another", changed.Text("name"));
    }

    [Fact]
    public async Task Every_entity_that_changes_only_with_its_version_is_answered_304()
    {
        var account = await api.RegisterAsync();
        var user = $"/api/v1/users/{account.UserId}";
        foreach (var path in new[] { user, $"{user}/roles", "/api/v1/organisation", "/api/v1/roles/viewer" })
        {
            (await GetAsync(account, path, (await account.GetAsync(path)).Is(200).Header("ETag")!)).Is(304);
        }
    }

    [Fact]
    public async Task What_changes_while_its_version_stays_is_sent_again()
    {
        var account = await api.RegisterAsync();
        var dealer = (await account.PostAsync("/api/v1/dealers", new JsonObject { ["name"] = "North" })).Is(201).Text("id");
        foreach (var path in new[] { account.Wallet, $"/api/v1/dealers/{dealer}" })
        {
            var tag = (await account.GetAsync(path)).Is(200).Header("ETag")!;
            Assert.Equal(tag, (await GetAsync(account, path, tag)).Is(200).Header("ETag"));
        }
    }

    [Fact]
    public async Task If_none_match_does_not_affect_refusals_and_changes()
    {
        var account = await api.RegisterAsync();
        (await GetAsync(account, $"/api/v1/users/{Guid.CreateVersion7(DateTimeOffset.UnixEpoch)}", "*")).IsProblem(404);
        var changed = await api.SendAsync(
            HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["name"] = "New" }, account.Token, null, ("If-None-Match", "*"));
        Assert.Equal("New", changed.Is(200).Text("name"));
    }

    private Task<Answer> GetAsync(Account account, string path, string held) =>
        api.SendAsync(HttpMethod.Get, path, token: account.Token, headers: ("If-None-Match", held));

    private static bool IsHeld(params string[] headers)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.IfNoneMatch = headers;
        return Etags.IsHeld(http.Request, 3);
    }
}
