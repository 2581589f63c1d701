using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>Requests whose rate limiter does not answer. They need nothing else from the silo.</summary>
[Collection(FaultCollection.Name)]
public sealed class RateLimitFaultTests(PostgresServerFixture server)
{
    // Shorter than the timeout of other grain calls.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(8);
    private int _addresses;

    [Fact]
    public async Task While_the_limiter_hangs_or_is_dead_requests_pass_and_after_a_hang_they_are_counted_again()
    {
        var database = await server.CreateDatabaseAsync();
        await using var silo = await Launch.SiloAsync(database);
        await using var api = await Launch.ApiAsync(database, ("RateLimits:PerIp", "1"), ("Platform:Proxies:0", "127.0.0.1"));
        using var http = new HttpClient { BaseAddress = api.Address, Timeout = RequestTimeout };
        var address = NewAddress();
        Assert.Equal(401, await AskAsync(http, address));
        Assert.Equal(429, await AskAsync(http, address));

        await silo.SuspendAsync();
        Assert.Equal(429, await AskAsync(http, address)); // Cached in this process.
        await PassesAsync(http);
        await silo.ResumeAsync();
        await CountsAgainAsync(http);

        await silo.KillAsync();
        await PassesAsync(http);
    }

    private async Task PassesAsync(HttpClient http)
    {
        var address = NewAddress();
        Assert.Equal(401, await AskAsync(http, address));
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(http, NewAddress())));
        Assert.All(others, status => Assert.Equal(401, status));
        Assert.Equal(401, await AskAsync(http, address));
    }

    private Task CountsAgainAsync(HttpClient http) => Eventually.HoldsAsync(
        async () =>
        {
            var address = NewAddress();
            return await AskAsync(http, address) == 401 && await AskAsync(http, address) == 429;
        },
        TimeSpan.FromSeconds(60),
        "requests are counted again");

    private string NewAddress() => $"198.51.{Interlocked.Increment(ref _addresses)}.1";

    private static async Task<int> AskAsync(HttpClient http, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/me");
        request.Headers.Add("X-Forwarded-For", address);
        using var answer = await http.SendAsync(request);
        Assert.Equal("\"ip\";q=1;w=60", Assert.Single(answer.Headers.GetValues("RateLimit-Policy")));
        Assert.Single(answer.Headers.GetValues("RateLimit"));
        return (int)answer.StatusCode;
    }
}
