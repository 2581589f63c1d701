using System.Net.Http.Headers;
using System.Text.Json;

namespace Platform.Api.Host.Commands;

/// <summary>A running platform that refused what a command asked of it.</summary>
public sealed class RemoteException(string message) : Exception(message);

/// <summary>A running platform as a command speaks to it: over REST, as anybody does.</summary>
internal sealed class RemotePlatform(Uri address) : IDisposable
{
    // Redirects are not followed: a password goes to the address that was named or nowhere.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = address, Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>With whose permissions requests are sent: an access token, or a key of a service account.</summary>
    public string? Token { get; set; }

    public void Dispose() => _http.Dispose();

    /// <summary>The answer's document, empty where it has none. Throws the detail of a problem.</summary>
    public async Task<JsonElement> PostAsync(string path, object? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            request.Content = body is null ? null : JsonContent.Create(body);
            request.Headers.Authorization = Token is null ? null : new AuthenticationHeaderValue("Bearer", Token);
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? Read(text) : throw new RemoteException($"{path}: {Reason((int)response.StatusCode, text)}");
        }
        catch (HttpRequestException exception)
        {
            throw new RemoteException($"{address} cannot be reached: {exception.Message}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RemoteException($"{address} did not answer in time.");
        }
    }

    private static JsonElement Read(string text)
    {
        try
        {
            return text.Length == 0 ? default : JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            throw new RemoteException("What answered is not the platform.");
        }
    }

    private static string Reason(int status, string text)
    {
        try
        {
            var problem = JsonElement.Parse(text);
            return $"{problem.GetProperty("detail").GetString()} ({status} {problem.GetProperty("code").GetString()}, trace {problem.GetProperty("traceId").GetString()})";
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"answered {status}.";
        }
    }
}
