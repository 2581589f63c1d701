using System.Reflection;
using Platform.Api.Http;
using Platform.Api.Security.RateLimits;
using Platform.Grains.Engine.Registration;
using Platform.Wallets;

namespace Platform.Api.Host.OpenApi;

/// <summary>The examples of the OpenAPI document, found in classes marked with <see cref="ExamplesAttribute"/>.</summary>
public static class Examples
{
    private static readonly Currency Usd = Currency.Parse("USD");
    private static readonly Dictionary<Type, object> ByType = new[] { typeof(Sample).Assembly, typeof(Examples).Assembly }
        .SelectMany(Scan.Marked<ExamplesAttribute>)
        .SelectMany(found => found.Type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .SelectMany(field => field.GetValue(null) is object[] several ? several : [field.GetValue(null)!])
        .ToDictionary(example => example.GetType());

    /// <summary>The example of a type, or of a page with one item; null if there is none.</summary>
    public static object? Of(Type type) => ByType.GetValueOrDefault(type) ?? PageOf(type);

    public static ProblemShape ProblemOf(int status)
    {
        var (code, title, detail) = status switch
        {
            400 => ("invalid-amount", "The request is malformed or invalid", WalletErrors.AmountOutOfRange(Usd).Message),
            401 => ("unauthenticated", "Not signed in", Problems.Unauthenticated.Detail),
            403 => ("forbidden", "Not allowed", Problems.Forbidden.Detail),
            404 => ("not-found", "Not found", "There is no such wallet."),
            409 => ("insufficient-funds", "Conflict with the current state", WalletErrors.InsufficientFunds(new Money(8_750, Usd)).Message),
            412 => ("version-mismatch", "The entity has changed", CommonErrors.VersionMismatch.Message),
            413 => ("body-too-large", "The request is too large", Problems.TooLarge.Detail),
            415 => ("unsupported-media-type", "The media type is not supported", Problems.UnsupportedMediaType.Detail),
            422 => (
                "idempotency-key-reused", "The idempotency key was used for another request",
                Problems.From(CommonErrors.OperationReused).Detail),
            429 => (RateLimiting.Code, "Too many requests", RateLimiting.Detail(100, 22)),
            503 => ("store-unavailable", "Temporarily unavailable", Problems.StoreUnavailable.Detail),
            _ => ("request-refused", "The request cannot be served", "The request was refused."),
        };
        return new ProblemShape(
            status == 429 ? RateLimiting.QuotaExceeded : $"urn:problem:{code}", title, status, detail, code,
            "4bf92f3577b34da6a3ce929d0e0e4736",
            status switch
            {
                400 => [new FieldError("/amount/amount", code, detail)],
                422 => [new FieldError("/amount", "idempotency-mismatch", CommonErrors.Differs)],
                _ => null,
            });
    }

    private static object? PageOf(Type type)
    {
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(Page<>) ||
            !ByType.TryGetValue(type.GetGenericArguments()[0], out var item))
        {
            return null;
        }

        var items = Array.CreateInstance(item.GetType(), 1);
        items.SetValue(item, 0);
        return Activator.CreateInstance(type, items, null);
    }
}
