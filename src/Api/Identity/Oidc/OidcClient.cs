using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Platform.Api.Http;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Identity.Oidc;

/// <summary>
/// Sends requests to providers: small JSON responses, limits on time and size, no redirects, no cookies. Refuses unsafe addresses, and
/// reports a provider that does not respond as unavailable.
/// </summary>
[Singleton]
public sealed partial class OidcClient : IDisposable
{
    private const int MaxBytes = 512 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly ILogger<OidcClient> _logger;
    private readonly HttpClient _http;

    public OidcClient(ILogger<OidcClient> logger)
        : this(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                MaxConnectionsPerServer = 32,
            },
            logger)
    {
    }

    /// <summary>For tests: uses the given transport.</summary>
    public OidcClient(HttpMessageHandler transport, ILogger<OidcClient> logger)
    {
        _logger = logger;
        _http = new HttpClient(transport) { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = MaxBytes };
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Gets one JSON object. Only requests for the user info need a bearer token.</summary>
    public async Task<JsonElement> GetAsync(Uri address, string? bearer, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        var (status, body) = await SendAsync(request, cancellationToken);
        return status == 200 && body is { } json ? json : throw Fail(address, $"it responded {status} without a JSON object");
    }

    /// <summary>Exchanges a code for tokens. Reports a rejected code as refused, and any other failure as unavailable.</summary>
    public async Task<JsonElement> RedeemAsync(
        OidcProvider provider, OpenIdConnectConfiguration configuration, IReadOnlyDictionary<string, string> grant,
        CancellationToken cancellationToken)
    {
        var (id, secret, endpoint) = (provider.Options.ClientId, provider.Options.ClientSecret, new Uri(configuration.TokenEndpoint));
        var form = new Dictionary<string, string>(grant);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        if (secret.Length > 0 && UsesBasic(configuration))
        {
            var pair = $"{FormEncode(id)}:{FormEncode(secret)}"; // RFC 6749, 2.3.1.
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }
        else
        {
            form["client_id"] = id;
            if (secret.Length > 0)
            {
                form["client_secret"] = secret;
            }
        }

        request.Content = new FormUrlEncodedContent(form);
        var (status, body) = await SendAsync(request, cancellationToken);
        if (status == 200 && body is { } tokens)
        {
            return tokens;
        }

        // Only known error codes of RFC 6749 count. The provider's own text is never shown or logged.
        var isRefused = body?.Text("error") is "invalid_grant" or "access_denied";
        LogFailed(_logger, endpoint, isRefused ? "it refused the code" : $"it responded {status} to a code");
        throw new ProblemException(isRefused ? OidcProblems.Refused : OidcProblems.Unavailable);
    }

    private async Task<(int Status, JsonElement? Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (!OidcProviders.IsSafe(address))
        {
            throw Fail(address, "the address is not https");
        }

        request.Headers.Accept.ParseAdd("application/json");
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken), Strict);
            var root = document.RootElement;
            return ((int)response.StatusCode, root.ValueKind == JsonValueKind.Object ? root.Clone() : null);
        }
        catch (JsonException)
        {
            throw Fail(address, "it did not respond with JSON");
        }
        catch (HttpRequestException exception)
        {
            throw Fail(address, exception.HttpRequestError.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Fail(address, "it timed out");
        }
    }

    private ProblemException Fail(Uri address, string reason)
    {
        LogFailed(_logger, address, reason);
        return new ProblemException(OidcProblems.Unavailable);
    }

    private static bool UsesBasic(OpenIdConnectConfiguration configuration) =>
        configuration.TokenEndpointAuthMethodsSupported is var methods && (methods.Count == 0 || methods.Contains("client_secret_basic"));

    private static string FormEncode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    [LoggerMessage(1, LogLevel.Warning, "OpenID provider at {Address}: {Reason}")]
    private static partial void LogFailed(ILogger logger, Uri address, string reason);
}

/// <summary>Reads members of JSON from providers, whatever its shape.</summary>
internal static class JsonMembers
{
    public static string? Text(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>The strings of an array, or a single string as a list; otherwise empty.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement json, string name) =>
        json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind != JsonValueKind.Array ? []
        : [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];

    public static long? Seconds(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) &&
        seconds is >= 0 and <= 253402300799 ? (long)seconds : null;

    /// <summary>Whether the member is true, or the string or number that some providers send instead.</summary>
    public static bool IsTrue(this JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.String => value.GetString() is "true" or "1",
        JsonValueKind.Number => value.TryGetInt32(out var number) && number == 1,
        _ => false,
    };
}
