namespace Platform.Api.Tests.Http;

/// <summary>Requests whose URL or headers are too large get a problem with a code.</summary>
[Collection(ApiCollection.Name)]
public sealed class RequestLimitTests(ApiFixture api)
{
    [Theory]
    [InlineData(40_000, 1)]
    [InlineData(1_000, 40)]
    [InlineData(10, 100)]
    public async Task Headers_that_are_too_large_or_too_many_are_431(int length, int count)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/wallets");
        for (var i = 0; i < count; i++)
        {
            request.Headers.Add($"X-Filler-{i}", new string('x', length));
        }

        (await api.SendAsync(request)).IsProblem(431, "headers-too-large");
    }

    [Theory]
    [InlineData("/api/v1/wallets?reference=")]
    [InlineData("/api/v1/")]
    public async Task An_address_that_is_too_long_is_414(string start)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, start + new string('x', 10_000));
        (await api.SendAsync(request)).IsProblem(414, "address-too-long");
    }

    [Fact]
    public async Task What_is_just_within_the_limits_is_served()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live?" + new string('x', 8_000));
        request.Headers.Add("X-Filler", new string('x', 31_000));
        (await api.SendAsync(request)).Is(200);
    }
}
