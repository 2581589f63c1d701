using System.Diagnostics;
using System.Text.Json;

namespace Platform.Api.Http;

/// <summary>One invalid field: where it is in the request (a JSON pointer, or the name of a query parameter or header).</summary>
public sealed record FieldError(string Pointer, string Code, string Message);

/// <summary>
/// An error answer (RFC 9457). <see cref="Code"/> is stable and kebab-case; <see cref="Extensions"/> are further members.
/// </summary>
public sealed class Problem(int status, string code, string detail) : IResult
{
    private const string MediaType = "application/problem+json";

    public int Status { get; } = status;

    public string Code { get; } = code;

    public string Detail { get; } = detail;

    /// <summary>The registered type of this problem; by default a URN made of the code.</summary>
    public string? Type { get; init; }

    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    public IReadOnlyDictionary<string, object>? Extensions { get; init; }

    /// <summary>Seconds until the same request may be retried; null omits the header.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Sends this problem. Every 403 passes through here and is recorded.</summary>
    public Task ExecuteAsync(HttpContext httpContext) =>
        Status == StatusCodes.Status403Forbidden ? ForbidAsync(httpContext) : WriteAsync(httpContext);

    private async Task ForbidAsync(HttpContext http)
    {
        await http.RequestServices.GetRequiredService<IRefusalLog>().ForbiddenAsync(http, this);
        await WriteAsync(http);
    }

    private Task WriteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = MediaType;
        if (RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return Task.CompletedTask;
        }

        return JsonReply.WriteAsync(response, this, static (writer, problem) => problem.Write(writer));
    }

    /// <summary>The trace id of this request in logs and traces.</summary>
    public static string CurrentTraceId => Activity.Current?.TraceId.ToHexString() ?? ActivityTraceId.CreateRandom().ToHexString();

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", Type ?? $"urn:problem:{Code}");
        writer.WriteString("title", TitleOf(Status));
        writer.WriteNumber("status", Status);
        writer.WriteString("detail", Detail);
        writer.WriteString("code", Code);
        writer.WriteString("traceId", CurrentTraceId);
        if (Errors.Count > 0)
        {
            writer.WritePropertyName("errors");
            JsonSerializer.Serialize(writer, Errors, PlatformJson.Of<IReadOnlyList<FieldError>>());
        }

        foreach (var (name, value) in Extensions ?? new Dictionary<string, object>())
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, value, PlatformJson.Options);
        }

        writer.WriteEndObject();
    }

    private static string TitleOf(int status) => status switch
    {
        400 => "The request is malformed or invalid",
        401 => "Not signed in",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        406 => "Not acceptable",
        408 => "The request took too long",
        409 => "Conflict with the current state",
        412 => "The entity has changed",
        413 => "The request is too large",
        414 => "The URL is too long",
        415 => "The media type is not supported",
        422 => "The idempotency key was used for another request",
        429 => "Too many requests",
        431 => "The headers are too large",
        503 => "Temporarily unavailable",
        _ => status < 500 ? "The request cannot be served" : "Internal server error",
    };
}

/// <summary>Ends a request with a problem where no result can be returned, for example while parsing a header.</summary>
public sealed class ProblemException(Problem problem) : Exception(problem.Code)
{
    public Problem Problem { get; } = problem;
}
