using System.Globalization;

namespace Platform;

/// <summary>What kind of refusal an error is; the REST layer maps each kind to one HTTP status.</summary>
[GenerateSerializer, Alias("platform.error-kind")]
public enum ErrorKind
{
    /// <summary>The request can never succeed as it stands (400).</summary>
    Invalid = 0,

    /// <summary>There is no such thing for this caller (404).</summary>
    NotFound = 1,

    /// <summary>The state of the entity forbids it now (409).</summary>
    Conflict = 2,

    /// <summary>The caller lacks the permission (403).</summary>
    Forbidden = 3,

    /// <summary>The caller is not known (401).</summary>
    Unauthenticated = 4,

    /// <summary>The caller's version of the entity is not the current one (412).</summary>
    Stale = 5,

    /// <summary>The operation id was used for another command (422).</summary>
    OperationReused = 6,

    /// <summary>The entity or its store cannot answer now; the same request may be sent again (503).</summary>
    Unavailable = 7,

    /// <summary>A bug of the platform. Nothing was changed, and the same request is decided anew (500).</summary>
    Failed = 8,
}

/// <summary>
/// A refusal that callers can act on. <see cref="Code"/> is stable and kebab-case; <see cref="Field"/> is a JSON pointer
/// where one field is at fault; <see cref="Details"/> are further named values for the reply.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.error")]
public sealed record Error(
    [property: Id(0)] ErrorKind Kind,
    [property: Id(1)] string Code,
    [property: Id(2)] string Message,
    [property: Id(3)] string? Field = null,
    [property: Id(4)] IReadOnlyDictionary<string, string>? Details = null);

/// <summary>Refusals that every entity shares.</summary>
public static class CommonErrors
{
    public static Error NotFound(string what) => new(ErrorKind.NotFound, "not-found", $"There is no such {what}.");

    public static Error AlreadyExists(string what) => new(ErrorKind.Conflict, "already-exists", $"The {what} exists already.");

    public static Error Invalid(string field, string code, string message) => new(ErrorKind.Invalid, code, message, field);

    public static readonly Error InvalidName =
        Invalid("/name", "invalid-name", "The name must have 1 to 200 characters, none of them control characters or invisible.");

    public static readonly Error OperationReused =
        new(ErrorKind.OperationReused, "operation-id-reused", "This operation id was used for another command.");

    public const string Differs = "It differs from that of the first request.";

    /// <summary>The same, where it is known which members (JSON pointers) differ from those of the first command.</summary>
    public static Error OperationReusedWith(IReadOnlyList<string> differing) =>
        OperationReused with { Details = differing.ToDictionary(pointer => pointer, _ => Differs) };

    public static readonly Error VersionMismatch =
        new(ErrorKind.Stale, "version-mismatch", "The entity has changed since that version.");

    public static readonly Error Overloaded =
        new(ErrorKind.Unavailable, "overloaded", "Too many commands are waiting to be written; send it again shortly.");

    public static readonly Error StoreUnavailable =
        new(ErrorKind.Unavailable, "store-unavailable", "The store does not answer; send the same request again shortly.");

    /// <summary>Events and reply of one command are above what a row of the journal may have.</summary>
    public static Error TooLarge(int bytes) => new(
        ErrorKind.Invalid,
        "command-too-large",
        string.Create(CultureInfo.InvariantCulture, $"The command is larger than one journal row may be: {bytes} bytes of events and reply."));

    public static readonly Error NotStorable =
        new(ErrorKind.Failed, "command-not-storable", "The store refuses what the command would write. Nothing was written; it is logged.");
}
