using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;

namespace Platform.Api.Http.Pages;

/// <summary>
/// What a browser finds at the root, and where there is nothing. Says what this is and the way in, and nothing about the
/// installation: no version, no setting, no account.
/// </summary>
public static partial class StartPage
{
    private const string AnyAddress = "http://127.0.0.1:5080";

    private static readonly string Start = Pages.Page("start.html");
    private static readonly byte[] NotFound = Encoding.UTF8.GetBytes(Pages.Page("not-found.html"));
    private static readonly byte[] Icon = Encoding.UTF8.GetBytes(Pages.Read("start.svg"));

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
        response.ContentType = Pages.Html;
        response.ContentLength = NotFound.Length;
        response.Headers.ContentSecurityPolicy = Pages.Policy;
        response.Headers.Vary = HeaderNames.Accept;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(NotFound, http.RequestAborted).AsTask();
    }

    private static IResult Page(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = Pages.Policy;
        http.Response.Headers.CacheControl = "no-cache"; // Kept, and asked for again by its tag: a new build may say something else.
        var page = Encoding.UTF8.GetBytes(Start.Replace("{address}", AddressOf(http.Request), StringComparison.Ordinal));
        return Results.Bytes(page, Pages.Html, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(page).AsSpan(0, 12))}\""));
    }

    // It is shown in a command that people copy: anything but a plain host is left out.
    private static string AddressOf(HttpRequest request) =>
        request.Host.Value is { } host && PlainHost().IsMatch(host) ? $"{request.Scheme}://{host}" : AnyAddress;

    [GeneratedRegex(@"^[A-Za-z0-9.\[\]:-]{1,255}\z")]
    private static partial Regex PlainHost();
}
