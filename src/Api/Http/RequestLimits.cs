namespace Platform.Api.Http;

/// <summary>
/// Bounds of address and headers. Kestrel's own are wider: what it refuses itself is answered without a body, so that a
/// client would not learn the code.
/// </summary>
public static class RequestLimits
{
    public const int MaxAddress = 8 * 1024;
    public const int MaxHeaders = 32 * 1024;
    public const int MaxHeaderCount = 64;

    private static readonly Problem AddressTooLong = Problems.FromStatus(StatusCodes.Status414UriTooLong);
    private static readonly Problem HeadersTooLarge = Problems.FromStatus(StatusCodes.Status431RequestHeaderFieldsTooLarge);

    public static void Configure(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = 8 * MaxAddress;
        limits.MaxRequestHeadersTotalSize = 8 * MaxHeaders;
        limits.MaxRequestHeaderCount = 8 * MaxHeaderCount;
        limits.MaxRequestBufferSize = 1024 * 1024;
    }

    public static IApplicationBuilder UseRequestLimits(this IApplicationBuilder app) => app.Use(next => http =>
        IsTooLong(http.Request) ? AddressTooLong.ExecuteAsync(http)
        : IsTooLarge(http.Request.Headers) ? HeadersTooLarge.ExecuteAsync(http)
        : next(http));

    private static bool IsTooLong(HttpRequest request) =>
        (request.Path.Value?.Length ?? 0) + (request.QueryString.Value?.Length ?? 0) > MaxAddress;

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
