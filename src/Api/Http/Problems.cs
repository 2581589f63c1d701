using Orleans.Storage;
using Platform.Grains.Engine.Journal;

namespace Platform.Api.Http;

/// <summary>Maps errors and exceptions to problems. This is the only mapping.</summary>
public static class Problems
{
    public static readonly Problem Unauthenticated = new(401, "unauthenticated", "A valid bearer token is required.");
    public static readonly Problem Forbidden = new(403, "forbidden", "You do not have the required permission.");
    public static readonly Problem InternalError =
        new(500, "internal-error", "An unexpected error occurred. It is logged under the trace id.");
    public static readonly Problem TooLarge = new(413, "body-too-large", "The body must be at most 1 MiB.");
    public static readonly Problem UnsupportedMediaType = new(415, "unsupported-media-type", "The body must be application/json in UTF-8.");
    public static readonly Problem StoreUnavailable = From(CommonErrors.StoreUnavailable);
    public static readonly Problem Unavailable =
        new(503, "unavailable", "The service is temporarily unavailable. Retry the same request shortly.") { RetryAfter = 1 };

    /// <summary>Maps an error of an entity.</summary>
    public static Problem From(Error error)
    {
        var status = error.Kind switch
        {
            ErrorKind.Invalid => 400,
            ErrorKind.NotFound => 404,
            ErrorKind.Conflict => 409,
            ErrorKind.Forbidden => 403,
            ErrorKind.Unauthenticated => 401,
            ErrorKind.Stale => 412,
            ErrorKind.OperationReused => 422,
            ErrorKind.Unavailable => 503,
            ErrorKind.Failed => 500,
            _ => 500,
        };
        return error.Kind == ErrorKind.OperationReused
            ? new Problem(status, "idempotency-key-reused", "This idempotency key was used for another request.")
            {
                Errors = error.Details is null
                    ? []
                    : [.. error.Details.Select(differing => new FieldError(differing.Key, "idempotency-mismatch", differing.Value))],
            }
            : new Problem(status, error.Code, error.Message)
            {
                Errors = error.Field is null ? [] : [new FieldError(error.Field, error.Code, error.Message)],
                Extensions = error.Details is null ? null : Extend(error.Details),
                RetryAfter = status == 503 ? 1 : null,
            };
    }

    /// <summary>One invalid field.</summary>
    public static Problem Invalid(string pointer, string code, string message) =>
        new(400, code, message) { Errors = [new FieldError(pointer, code, message)] };

    /// <summary>All invalid fields of a request; the code is the field's own if there is only one.</summary>
    public static Problem Invalid(IReadOnlyList<FieldError> errors) => errors.Count == 1
        ? new Problem(400, errors[0].Code, errors[0].Message) { Errors = errors }
        : new Problem(400, "validation-failed", $"{errors.Count} fields are invalid.") { Errors = errors };

    /// <summary>Maps an exception; returns null if it is a bug, whose details the caller must not see.</summary>
    public static Problem? From(Exception exception) => exception switch
    {
        ProblemException known => known.Problem,
        BadHttpRequestException { StatusCode: 413 } => TooLarge,
        BadHttpRequestException bad => FromStatus(bad.StatusCode),
        JournalUnavailableException or InconsistentStateException => StoreUnavailable,
        TimeoutException or OrleansException => Unavailable,
        _ when exception.InnerException is JournalUnavailableException => StoreUnavailable,
        _ => null,
    };

    /// <summary>Maps a bare status of the framework, such as 404 for an unknown route.</summary>
    public static Problem FromStatus(int status) => status switch
    {
        400 => new Problem(400, "bad-request", "The request is not valid HTTP or has an invalid parameter."),
        401 => Unauthenticated,
        403 => Forbidden,
        404 => new Problem(404, "not-found", "There is nothing at this URL."),
        405 => new Problem(405, "method-not-allowed", "This URL does not support this method."),
        408 => new Problem(408, "request-timeout", "The request arrived too slowly."),
        413 => TooLarge,
        414 => new Problem(414, "address-too-long", "The URL is too long."),
        415 => UnsupportedMediaType,
        431 => new Problem(431, "headers-too-large", "The headers are too large."),
        503 => Unavailable,
        >= 500 => new Problem(status, "internal-error", InternalError.Detail),
        _ => new Problem(status, "request-refused", "The request was refused."),
    };

    // Errors carry an amount and its currency as two texts; together they become one Money member.
    private static Dictionary<string, object> Extend(IReadOnlyDictionary<string, string> details)
    {
        var currency = details.TryGetValue("currency", out var code) && Currency.TryParse(code, out var parsed) ? parsed : (Currency?)null;
        var members = new Dictionary<string, object>(details.Count);
        foreach (var (name, text) in details)
        {
            if (currency is not { } known)
            {
                members[name] = text;
            }
            else if (name != "currency")
            {
                members[name] = Money.TryParse(text, known, out var money) ? money : text;
            }
        }

        return members;
    }
}
