namespace Platform.Api.Http;

/// <summary>
/// Limits the size of URL and headers. Kestrel's own limits are wider, because it refuses without a body and the client would not
/// see an error code.
/// </summary>
public static class RequestLimits
{
    public const int MaxUrl = 8 * 1024;
    public const int MaxHeaders = 32 * 1024;
    public const int MaxHeaderCount = 64;

    private static readonly Problem UrlTooLong = Problems.FromStatus(StatusCodes.Status414UriTooLong);
    private static readonly Problem HeadersTooLarge = Problems.FromStatus(StatusCodes.Status431RequestHeaderFieldsTooLarge);

    public static void Configure(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = 8 * MaxUrl;
        limits.MaxRequestHeadersTotalSize = 8 * MaxHeaders;
        limits.MaxRequestHeaderCount = 8 * MaxHeaderCount;
        limits.MaxRequestBufferSize = 1024 * 1024;
    }

    public static IApplicationBuilder UseRequestLimits(this IApplicationBuilder app) => app.Use(next => http =>
        IsTooLong(http.Request) ? UrlTooLong.ExecuteAsync(http)
        : IsTooLarge(http.Request.Headers) ? HeadersTooLarge.ExecuteAsync(http)
        : next(http));

    private static bool IsTooLong(HttpRequest request) =>
        (request.Path.Value?.Length ?? 0) + (request.QueryString.Value?.Length ?? 0) > MaxUrl;

    private static bool IsTooLarge(IHeaderDictionary headers)
    {
        if (headers.Count > MaxHeaderCount)
        {
            return true;
        }

        var size = 0;
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                size += name.Length + (value?.Length ?? 0);
            }
        }

        return size > MaxHeaders;
    }
}
