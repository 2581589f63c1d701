using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Platform.Api.Http;

/// <summary>Writes JSON answers through one buffer per thread, with a Content-Length and a single flush.</summary>
public static class JsonReply
{
    private const int KeptCapacity = 256 * 1024;

    // Answers are never embedded in HTML, so HTML characters need no escaping.
    private static readonly JsonWriterOptions Plain =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? threadBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? threadWriter;

    public static Task WriteAsync<T>(HttpResponse response, T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = threadBuffer ??= new ArrayBufferWriter<byte>(1024);
        var writer = threadWriter ??= new Utf8JsonWriter(buffer, Plain);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        try
        {
            write(writer, value);
            writer.Flush();
            response.ContentLength = buffer.WrittenCount;
            response.BodyWriter.Write(buffer.WrittenSpan);
        }
        finally
        {
            if (buffer.Capacity > KeptCapacity)
            {
                (threadBuffer, threadWriter) = (null, null);
            }
        }

        var flush = response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }
}

/// <summary>A successful JSON answer, with ETag, Location and replay headers.</summary>
public sealed class JsonResult<T>(int status, T value) : IResult
{
    public T Value { get; } = value;

    /// <summary>The version of the entity, sent as ETag.</summary>
    public long? Version { get; init; }

    /// <summary>
    /// Whether the answer can change while the version stays, for example with time or other entities. The ETag then serves only for
    /// <c>If-Match</c>: a GET never returns 304.
    /// </summary>
    public bool IsVolatile { get; init; }

    /// <summary>Whether this is the stored answer of an earlier request.</summary>
    public bool Replayed { get; init; }

    public string? Location { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        if (Version is { } version)
        {
            response.Headers.ETag = Etags.Of(version);
            if (!IsVolatile && HttpMethods.IsGet(httpContext.Request.Method) && Etags.IsHeld(httpContext.Request, version))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }

        response.ContentType = "application/json; charset=utf-8";
        if (Replayed)
        {
            response.Headers["Idempotency-Replayed"] = "true";
        }

        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : JsonReply.WriteAsync(response, Value, static (writer, body) => JsonSerializer.Serialize(writer, body, PlatformJson.Of<T>()));
    }
}

/// <summary>Turns results of grains into HTTP answers.</summary>
public static class Reply
{
    public static IResult Ok<T>(T value, long? version = null) => new JsonResult<T>(200, value) { Version = version };

    /// <summary>Returns 200 with an answer that may change while the version stays (<see cref="JsonResult{T}.IsVolatile"/>).</summary>
    public static IResult Volatile<T>(T value, long version) => new JsonResult<T>(200, value) { Version = version, IsVolatile = true };

    public static IResult Created<T>(Result<T> result, Func<T, string>? location = null, Func<T, long>? version = null)
        where T : class => result.IsSuccess
        ? new JsonResult<T>(201, result.Value)
        {
            Replayed = result.Replayed,
            Location = location?.Invoke(result.Value),
            Version = version?.Invoke(result.Value),
        }
        : Refused(result);

    public static IResult Ok<T>(Result<T> result, Func<T, long> version)
        where T : class => result.IsSuccess
        ? new JsonResult<T>(200, result.Value) { Replayed = result.Replayed, Version = version(result.Value) }
        : Refused(result);

    public static IResult NoContent() => Results.NoContent();

    /// <summary>Returns 204, or the refusal.</summary>
    public static IResult NoContent<T>(Result<T> result) => result.IsSuccess ? Results.NoContent() : Refused(result);

    public static IResult Refused<T>(Result<T> result)
    {
        var problem = Problems.From(result.Error!);
        return result.Replayed ? new ReplayedProblem(problem) : problem;
    }

    private sealed class ReplayedProblem(Problem problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers["Idempotency-Replayed"] = "true";
            return problem.ExecuteAsync(httpContext);
        }
    }
}
