using Microsoft.Extensions.Primitives;

namespace Platform.Api.Http;

/// <summary>Sets the security headers. Answers are data, so nothing in them may run in a browser.</summary>
public static class SecurityHeaders
{
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues Deny = "DENY";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues Strict = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    // The documentation page has inline styles and an inline script.
    private static readonly StringValues Docs =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
        "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use(next => http =>
    {
        var headers = http.Response.Headers;
        var docs = http.Request.Path.StartsWithSegments("/api/docs", StringComparison.Ordinal);
        headers.XContentTypeOptions = NoSniff;
        headers.XFrameOptions = Deny;
        headers["Referrer-Policy"] = NoReferrer;
        headers.ContentSecurityPolicy = docs ? Docs : Strict;
        if (!docs)
        {
            headers.CacheControl = NoStore;
        }

        return next(http);
    });
}
