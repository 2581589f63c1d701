namespace Platform;

/// <summary>Who acts: somebody signed in, a service account, the platform itself, or somebody who is not known.</summary>
[GenerateSerializer, Alias("platform.actor-kind")]
public enum ActorKind
{
    User = 0,
    ServiceAccount = 1,

    /// <summary>No request stands behind it, such as a first start, or it is older than the audit log.</summary>
    System = 2,
    Anonymous = 3,
}

/// <summary>
/// Where a command came from: client address, user agent and W3C trace id of the request. Kept in the journal for audited
/// commands alone; two commands that differ in nothing else are the same command.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.origin")]
public sealed record Origin(
    [property: Id(0)] string? Address,
    [property: Id(1)] string? UserAgent,
    [property: Id(2)] string? TraceId,
    [property: Id(3)] ActorKind Actor = ActorKind.User);
