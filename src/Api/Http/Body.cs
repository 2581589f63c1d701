using System.Buffers;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace Platform.Api.Http;

/// <summary>A request body whose fields can be checked beyond their types.</summary>
public interface IValidated
{
    /// <summary>Adds one error for each field at fault.</summary>
    void Validate(Validation check);
}

/// <summary>A request whose body may be left out altogether: all of its fields are optional.</summary>
public interface IMayBeEmpty;

/// <summary>A body that was read strictly and validated. Binding it throws a problem otherwise.</summary>
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

/// <summary>Documents the body of a route; reading and refusing is done by <see cref="Body{T}"/>.</summary>
public sealed record AcceptsBody(Type Type);

/// <summary>Reads the body of a request, mostly one JSON document, or throws the problem that it is.</summary>
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

    /// <summary>Reads the whole body where it is not larger than this.</summary>
    public static async ValueTask<T> ReadAsync<T>(HttpRequest request, int maxBytes, Problem tooLarge, Func<ReadOnlySequence<byte>, T> parse)
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
            return value is null || reader.Read()
                ? throw new ProblemException(Problems.Invalid("", "wrong-type", "The body is one JSON object."))
                : value;
        }
        catch (JsonException exception)
        {
            throw new ProblemException(JsonFaults.ProblemOf(exception));
        }
    }

    /// <summary>Whether a content type is this media type, in UTF-8 where it names a charset.</summary>
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
