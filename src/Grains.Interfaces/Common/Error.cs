using System.Globalization;

namespace Platform;

/// <summary>The kind of an error. The REST layer maps each kind to one HTTP status.</summary>
[GenerateSerializer, Alias("platform.error-kind")]
public enum ErrorKind
{
    /// <summary>The request cannot succeed unless it is changed (400).</summary>
    Invalid = 0,

    /// <summary>It does not exist, or not for this caller (404).</summary>
    NotFound = 1,

    /// <summary>The current state of the entity does not allow it (409).</summary>
    Conflict = 2,

    /// <summary>The caller lacks the permission (403).</summary>
    Forbidden = 3,

    /// <summary>The caller is not authenticated (401).</summary>
    Unauthenticated = 4,

    /// <summary>The version that the caller named is not the current one (412).</summary>
    Stale = 5,

    /// <summary>The operation id was used for another command (422).</summary>
    OperationReused = 6,

    /// <summary>The entity or the store is unavailable for now; the caller may retry the same request (503).</summary>
    Unavailable = 7,

    /// <summary>A bug of the platform. Nothing was changed, and a retry is decided afresh (500).</summary>
    Failed = 8,
}

/// <summary>
/// A refusal that callers can act on. <see cref="Code"/> is stable and kebab-case. <see cref="Field"/> is a JSON pointer if one field
/// is at fault. <see cref="Details"/> holds further named values for the reply.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.error")]
public sealed record Error(
    [property: Id(0)] ErrorKind Kind,
    [property: Id(1)] string Code,
    [property: Id(2)] string Message,
    [property: Id(3)] string? Field = null,
    [property: Id(4)] IReadOnlyDictionary<string, string>? Details = null);

/// <summary>Errors that all entities share.</summary>
public static class CommonErrors
{
    public static Error NotFound(string what) => new(ErrorKind.NotFound, "not-found", $"There is no such {what}.");

    public static Error AlreadyExists(string what) => new(ErrorKind.Conflict, "already-exists", $"The {what} exists already.");

    public static Error Invalid(string field, string code, string message) => new(ErrorKind.Invalid, code, message, field);

    public static readonly Error InvalidName =
        Invalid("/name", "invalid-name", "The name must have 1 to 200 characters, without control or invisible characters.");

    public static readonly Error OperationReused =
        new(ErrorKind.OperationReused, "operation-id-reused", "This operation id was already used for another command.");

    public const string Differs = "It differs from that of the first request.";

    /// <summary>As <see cref="OperationReused"/>, naming the members (JSON pointers) that differ from those of the first command.</summary>
    public static Error OperationReusedWith(IReadOnlyList<string> differing) =>
        OperationReused with { Details = differing.ToDictionary(pointer => pointer, _ => Differs) };

    public static readonly Error VersionMismatch =
        new(ErrorKind.Stale, "version-mismatch", "The entity has changed since that version.");

    public static readonly Error Overloaded =
        new(ErrorKind.Unavailable, "overloaded", "Too many commands are waiting to be written; retry shortly.");

    public static readonly Error StoreUnavailable =
        new(ErrorKind.Unavailable, "store-unavailable", "The store does not respond; retry the same request shortly.");

    /// <summary>The events and reply of one command exceed the maximum size of a journal row.</summary>
    public static Error TooLarge(int bytes) => new(
        ErrorKind.Invalid,
        "command-too-large",
        string.Create(CultureInfo.InvariantCulture, $"The command is too large: its events and reply take {bytes} bytes in the journal."));

    public static readonly Error NotStorable =
        new(
            ErrorKind.Failed, "command-not-storable",
            "The store rejected what the command would write. Nothing was written, and the error was logged.");
}
