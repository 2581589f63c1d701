using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;

namespace Platform.Api.Start;

/// <summary>
/// What a browser finds at the root, and where there is nothing. Says what this is and the way in, and nothing about the
/// installation: no version, no setting, no account.
/// </summary>
public static partial class StartPage
{
    private const string Html = "text/html; charset=utf-8";
    private const string AnyAddress = "http://127.0.0.1:5080";

    private static readonly string Style = Read("start.css");
    private static readonly string Start = Read("start.html").Replace("{style}", Style, StringComparison.Ordinal);
    private static readonly byte[] NotFound = Encoding.UTF8.GetBytes(Read("not-found.html").Replace("{style}", Style, StringComparison.Ordinal));
    private static readonly byte[] Icon = Encoding.UTF8.GetBytes(Read("start.svg"));

    // The style is inside the page, and nothing else may run or be loaded but the icon.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; img-src 'self'; " +
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void MapStartPage(this IEndpointRouteBuilder routes)
    {
        string[] reading = [HttpMethods.Get, HttpMethods.Head];
        routes.MapMethods("/", reading, Page).AllowAnonymous().ExcludeFromDescription();
        routes.MapMethods("/favicon.ico", reading, (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public, max-age=86400";
            return Results.Bytes(Icon, "image/svg+xml");
        }).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Whether a person looks at the answer: a browser names HTML when it asks for a page, a client of the API does not.</summary>
    public static bool IsAskedFor(HttpContext http) =>
        http.GetEndpoint() is null && (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) &&
        http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>The page that stands for a 404.</summary>
    public static Task WriteNotFoundAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = StatusCodes.Status404NotFound;
        response.ContentType = Html;
        response.ContentLength = NotFound.Length;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.Vary = HeaderNames.Accept;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(NotFound, http.RequestAborted).AsTask();
    }

    private static IResult Page(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.CacheControl = "no-cache"; // Kept, and asked for again by its tag: a new build may say something else.
        var page = Encoding.UTF8.GetBytes(Start.Replace("{address}", AddressOf(http.Request), StringComparison.Ordinal));
        return Results.Bytes(page, Html, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(page).AsSpan(0, 12))}\""));
    }

    // It is shown in a command that people copy: anything but a plain host is left out.
    private static string AddressOf(HttpRequest request) =>
        request.Host.Value is { } host && PlainHost().IsMatch(host) ? $"{request.Scheme}://{host}" : AnyAddress;

    private static string Read(string name)
    {
        using var stream = typeof(StartPage).Assembly.GetManifestResourceStream($"Start/{name}")
            ?? throw new InvalidOperationException($"The page {name} is not part of this build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^[A-Za-z0-9.\[\]:-]{1,255}\z")]
    private static partial Regex PlainHost();
}
