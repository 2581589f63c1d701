using System.Buffers;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace Platform.Api.Http;

/// <summary>A request body whose fields can be checked beyond their types.</summary>
public interface IValidated
{
    /// <summary>Adds one error for each invalid field.</summary>
    void Validate(Validation check);
}

/// <summary>A request whose body may be omitted, because all fields are optional.</summary>
public interface IMayBeEmpty;

/// <summary>A strictly parsed and validated body. Binding throws ProblemException if it is invalid.</summary>
public readonly struct Body<T>(T value) : IEndpointParameterMetadataProvider
    where T : class, IValidated
{
    public T Value { get; } = value;

    public static async ValueTask<Body<T>> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var request = typeof(T).IsAssignableTo(typeof(IMayBeEmpty)) && context.Request is { ContentType: null, ContentLength: null or 0 } &&
            context.Request.Headers.TransferEncoding.Count == 0
                ? BodyReader.Parse<T>(new ReadOnlySequence<byte>("{}"u8.ToArray()))
                : await BodyReader.ReadAsync<T>(context.Request);
        var check = new Validation();
        request.Validate(check);
        check.ThrowIfFailed();
        return new Body<T>(request);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsBody(typeof(T)));
}

/// <summary>Documents the body of a route for OpenAPI; <see cref="Body{T}"/> parses and validates it.</summary>
public sealed record AcceptsBody(Type Type);

/// <summary>Reads and parses request bodies; throws ProblemException if invalid.</summary>
public static class BodyReader
{
    public const int MaxBytes = 1024 * 1024;

    public static async ValueTask<T> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        if (!IsOf(request.ContentType, "application/json"))
        {
            throw new ProblemException(Problems.UnsupportedMediaType);
        }

        return await ReadAsync(request, MaxBytes, Problems.TooLarge, Parse<T>);
    }

    /// <summary>Reads and parses the whole body; throws <paramref name="tooLarge"/> if it exceeds the limit.</summary>
    public static async ValueTask<T> ReadAsync<T>(
        HttpRequest request, int maxBytes, Problem tooLarge, Func<ReadOnlySequence<byte>, T> parse)
    {
        if (request.ContentLength > maxBytes)
        {
            throw new ProblemException(tooLarge);
        }

        var pipe = request.BodyReader;
        while (true)
        {
            var read = await pipe.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length > maxBytes)
            {
                throw new ProblemException(tooLarge);
            }

            if (read.IsCompleted)
            {
                try
                {
                    return parse(read.Buffer);
                }
                finally
                {
                    pipe.AdvanceTo(read.Buffer.End);
                }
            }

            pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    internal static T Parse<T>(ReadOnlySequence<byte> bytes)
        where T : class
    {
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = PlatformJson.MaxDepth });
            var value = JsonSerializer.Deserialize(ref reader, PlatformJson.Of<T>());
            if (value is null || reader.Read())
            {
                throw new ProblemException(Problems.Invalid("", "wrong-type", "The body must be a single JSON object."));
            }

            NullItems.Refuse(value);
            return value;
        }
        catch (JsonException exception)
        {
            throw new ProblemException(JsonFaults.ProblemOf(exception));
        }
    }

    /// <summary>Whether a content type is this media type; a charset, if given, must be UTF-8.</summary>
    public static bool IsOf(string? contentType, string mediaType)
    {
        if (contentType is null || !contentType.StartsWith(mediaType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var parameters = contentType.AsSpan(mediaType.Length).Trim();
        return parameters.IsEmpty || (parameters[0] == ';' && parameters[1..].Trim() is var parameter &&
            (parameter.IsEmpty || parameter.Equals("charset=utf-8", StringComparison.OrdinalIgnoreCase) ||
            parameter.Equals("charset=\"utf-8\"", StringComparison.OrdinalIgnoreCase)));
    }
}
