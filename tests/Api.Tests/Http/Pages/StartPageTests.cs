namespace Platform.Api.Tests.Http.Pages;

[Collection(ApiCollection.Name)]
public sealed class StartPageTests(ApiFixture api)
{
    [Fact]
    public async Task The_root_is_a_page_that_leads_on_and_loads_nothing()
    {
        var page = (await api.SendAsync(HttpMethod.Get, "/")).Is(200);
        Assert.Equal("text/html", page.MediaType);
        Assert.Contains("/api/docs", page.Body, StringComparison.Ordinal);
        Assert.Contains($"{api.Address.GetLeftPart(UriPartial.Authority)}/api/v1/auth/register", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Body, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
        var again = await api.SendAsync(HttpMethod.Get, "/", headers: [("If-None-Match", page.Header("ETag")!)]);
        Assert.Equal((304, ""), (again.Status, again.Body));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/favicon.ico")]
    public async Task Head_answers_as_get_does_without_a_body(string path)
    {
        var head = (await api.SendAsync(HttpMethod.Head, path)).Is(200);
        Assert.Empty(head.Body);
        Assert.Equal((await api.SendAsync(HttpMethod.Get, path)).Is(200).MediaType, head.MediaType);
    }

    [Fact]
    public async Task An_unknown_address_is_a_page_for_a_browser_and_a_problem_for_a_client()
    {
        var page = (await api.SendAsync(HttpMethod.Get, "/nothing", headers: [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")]))
            .Is(404);
        Assert.Equal("text/html", page.MediaType);
        Assert.Contains("href=\"/\"", page.Body, StringComparison.Ordinal);
        (await api.SendAsync(HttpMethod.Get, "/nothing")).IsProblem(404, "not-found");
        (await api.SendAsync(HttpMethod.Get, "/nothing", headers: [("Accept", "*/*")])).IsProblem(404, "not-found");
        (await api.SendAsync(HttpMethod.Post, "/nothing", headers: [("Accept", "text/html")])).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_host_that_is_no_plain_name_is_not_shown() =>
        Assert.DoesNotContain(
            "$(", (await api.SendAsync(HttpMethod.Get, "/", headers: [("Host", "a$(b)")])).Body, StringComparison.Ordinal);
}
