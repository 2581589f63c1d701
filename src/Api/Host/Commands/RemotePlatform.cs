using System.Net.Http.Headers;
using System.Text.Json;

namespace Platform.Api.Host.Commands;

/// <summary>A command failed; the message is for the user.</summary>
public sealed class RemoteException(string message) : Exception(message);

/// <summary>Calls a running platform over its public REST API.</summary>
internal sealed class RemotePlatform(Uri address) : IDisposable
{
    // No redirects: the password must only go to the address that the user gave.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = address, Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>The access token or service-account key to send.</summary>
    public string? Token { get; set; }

    public void Dispose() => _http.Dispose();

    /// <summary>Returns the JSON answer, default if empty. Throws RemoteException with the problem's detail on failure.</summary>
    public async Task<JsonElement> PostAsync(string path, object? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            request.Content = body is null ? null : JsonContent.Create(body);
            request.Headers.Authorization = Token is null ? null : new AuthenticationHeaderValue("Bearer", Token);
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? Read(text)
                : throw new RemoteException($"{path}: {Reason((int)response.StatusCode, text)}");
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
            throw new RemoteException("The server that answered is not the platform.");
        }
    }

    private static string Reason(int status, string text)
    {
        try
        {
            var problem = JsonElement.Parse(text);
            return $"{Text("detail")} ({status} {Text("code")}, trace {Text("traceId")})";
            string? Text(string name) => problem.GetProperty(name).GetString();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"answered {status}.";
        }
    }
}
