using System.Net;
using System.Text;
using System.Web;

namespace Platform.Api.Tests.Identity.External;

/// <summary>A browser that keeps cookies and follows redirects up to where a test wants to look.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false, UseCookies = true };
    private readonly HttpClient _http;
    private readonly Uri _api;

    public Browser(SsoFixture sso)
    {
        _api = sso.Address;
        _http = new HttpClient(_handler) { BaseAddress = _api, Timeout = TimeSpan.FromMinutes(2) };
    }

    public CookieContainer Cookies => _handler.CookieContainer;

    /// <summary>The platform's cookies in this browser, as a header.</summary>
    public string CookieHeader => Cookies.GetCookieHeader(_api);

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    /// <summary>Starts a sign-in at the platform. Returns the address that it redirects to.</summary>
    public async Task<Uri> StartAsync(string provider, string? returnTo = null)
    {
        var query = returnTo is null ? "" : $"?returnTo={Uri.EscapeDataString(returnTo)}";
        var answer = (await GetAsync(new Uri($"/api/v1/auth/oidc/{provider}/start{query}", UriKind.Relative))).Is(302);
        return new Uri(answer.Header("Location")!);
    }

    /// <summary>Signs in at the provider as the given user. Returns the platform's address that the provider redirects to.</summary>
    public async Task<Uri> SignInThereAsync(Uri authorization, string who)
    {
        var next = new Uri($"{authorization}&login_hint={Uri.EscapeDataString(who)}");
        for (var hops = 0; hops < 10; hops++)
        {
            var answer = await GetAsync(next);
            Assert.True(answer.Status is 302 or 303, $"{next} answered {answer.Status}: {answer.Body}");
            next = new Uri(next, answer.Header("Location")!);
            if (next.AbsolutePath.EndsWith("/callback", StringComparison.Ordinal))
            {
                return next;
            }
        }

        throw new InvalidOperationException("The provider redirects without end.");
    }

    /// <summary>Runs the whole sign-in. Returns the platform's response to the callback.</summary>
    public async Task<Answer> SignInAsync(string provider, string who, string? returnTo = null) =>
        await GetAsync(await SignInThereAsync(await StartAsync(provider, returnTo), who));

    public async Task<Answer> GetAsync(Uri address, params (string Name, string Value)[] headers) =>
        await SendAsync(HttpMethod.Get, address, headers);

    public async Task<Answer> SendAsync(HttpMethod method, Uri address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, address);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request);
        var text = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
        return new Answer(
            (int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType,
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    public static string Query(Uri address, string name) => HttpUtility.ParseQueryString(address.Query)[name] ?? "";
}
