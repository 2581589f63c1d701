using Microsoft.Extensions.Primitives;

namespace Platform.Api.Http;

/// <summary>Headers that keep browsers from guessing, framing and leaking. Answers are data: nothing in them may run.</summary>
public static class SecurityHeaders
{
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues Deny = "DENY";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues Strict = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    // The page of the documentation has inline styles and an inline script of its own.
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
