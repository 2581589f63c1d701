using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;

namespace Platform.Api.Http.Pages;

/// <summary>
/// The start page and the 404 page for browsers. They explain how to use the API and reveal nothing about the installation: no
/// version, setting or account.
/// </summary>
public static partial class StartPage
{
    private const string DefaultAddress = "http://127.0.0.1:5080";

    private static readonly string Start = Pages.Page("start.html");
    private static readonly byte[] NotFound = Encoding.UTF8.GetBytes(Pages.Page("not-found.html"));
    private static readonly byte[] Icon = Encoding.UTF8.GetBytes(Pages.Read("start.svg"));

    public static void MapStartPage(this IEndpointRouteBuilder routes)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        routes.MapMethods("/", methods, Page).AllowAnonymous().ExcludeFromDescription();
        routes.MapMethods("/favicon.ico", methods, (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public, max-age=86400";
            return Results.Bytes(Icon, "image/svg+xml");
        }).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Whether a browser asks for a page: it accepts HTML, while API clients do not.</summary>
    public static bool IsAskedFor(HttpContext http) =>
        http.GetEndpoint() is null && (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) &&
        http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes the 404 page.</summary>
    public static Task WriteNotFoundAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = StatusCodes.Status404NotFound;
        response.ContentType = Pages.Html;
        response.ContentLength = NotFound.Length;
        response.Headers.ContentSecurityPolicy = Pages.Policy;
        response.Headers.Vary = HeaderNames.Accept;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(NotFound, http.RequestAborted).AsTask();
    }

    private static IResult Page(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = Pages.Policy;
        http.Response.Headers.CacheControl = "no-cache"; // Cached but revalidated by ETag, because a new build may change it.
        var page = Encoding.UTF8.GetBytes(Start.Replace("{address}", AddressOf(http.Request), StringComparison.Ordinal));
        var tag = Convert.ToHexStringLower(SHA256.HashData(page).AsSpan(0, 12));
        return Results.Bytes(page, Pages.Html, entityTag: new EntityTagHeaderValue($"\"{tag}\""));
    }

    // People copy the command that shows this address, so only a plain host name is accepted.
    private static string AddressOf(HttpRequest request) =>
        request.Host.Value is { } host && PlainHost().IsMatch(host) ? $"{request.Scheme}://{host}" : DefaultAddress;

    [GeneratedRegex(@"^[A-Za-z0-9.\[\]:-]{1,255}\z")]
    private static partial Regex PlainHost();
}
