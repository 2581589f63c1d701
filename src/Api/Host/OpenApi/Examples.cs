using System.Reflection;
using Platform.Api.Http;
using Platform.Api.Security.RateLimits;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Host.OpenApi;

/// <summary>The examples of the API document, found in the classes that are marked with <see cref="ExamplesAttribute"/>.</summary>
public static class Examples
{
    private static readonly Dictionary<Type, object> ByType = new[] { typeof(Sample).Assembly, typeof(Examples).Assembly }
        .SelectMany(Scan.Marked<ExamplesAttribute>)
        .SelectMany(found => found.Type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .SelectMany(field => field.GetValue(null) is object[] several ? several : [field.GetValue(null)!])
        .ToDictionary(example => example.GetType());

    /// <summary>The example of a type; of a page, one with a single item. Null if there is none.</summary>
    public static object? Of(Type type) => ByType.GetValueOrDefault(type) ?? PageOf(type);

    public static ProblemShape ProblemOf(int status)
    {
        var (code, title, detail) = status switch
        {
            400 => ("invalid-amount", "The request is malformed or invalid", "The amount is more than 0 and at most 10000000000000.00 USD."),
            401 => ("unauthenticated", "Not signed in", "A valid bearer token is required."),
            403 => ("forbidden", "Not allowed", "The permission for this is missing."),
            404 => ("not-found", "Not found", "There is no such wallet."),
            409 => ("insufficient-funds", "Conflict with the current state", "The charge is more than the available 87.50 USD."),
            412 => ("version-mismatch", "The entity has changed", "The entity has changed since that version."),
            413 => ("body-too-large", "The request is too large", "A body has at most 1 MiB."),
            415 => ("unsupported-media-type", "The media type is not supported", "The body is application/json in UTF-8."),
            422 => ("idempotency-key-reused", "The idempotency key was used for another request", "This idempotency key was used for another request."),
            429 => (RateLimiting.Code, "Too many requests", "The quota of 100 requests is used up; the next may be sent in 22 s."),
            503 => ("store-unavailable", "Not available now", "The store does not answer; send the same request again shortly."),
            _ => ("request-refused", "The request cannot be served", "The request is refused."),
        };
        return new ProblemShape(
            status == 429 ? RateLimiting.QuotaExceeded : $"urn:problem:{code}", title, status, detail, code, "4bf92f3577b34da6a3ce929d0e0e4736",
            status switch
            {
                400 => [new FieldError("/amount/amount", code, detail)],
                422 => [new FieldError("/amount", "idempotency-mismatch", CommonErrors.Differs)],
                _ => null,
            });
    }

    private static object? PageOf(Type type)
    {
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(Page<>) || !ByType.TryGetValue(type.GetGenericArguments()[0], out var item))
        {
            return null;
        }

        var items = Array.CreateInstance(item.GetType(), 1);
        items.SetValue(item, 0);
        return Activator.CreateInstance(type, items, null);
    }
}
