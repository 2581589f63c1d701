namespace Platform;

/// <summary>Who acts: a signed-in user, a service account, the platform itself, or an unknown caller.</summary>
[GenerateSerializer, Alias("platform.actor-kind")]
public enum ActorKind
{
    User = 0,
    ServiceAccount = 1,

    /// <summary>There is no request, such as at the first start, or the command is older than the audit log.</summary>
    System = 2,
    Anonymous = 3,
}

/// <summary>
/// Where a command came from: client address, user agent and W3C trace id of the request. The journal keeps it only for audited
/// commands. Commands that differ only in their origin are the same command.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.origin")]
public sealed record Origin(
    [property: Id(0)] string? Address,
    [property: Id(1)] string? UserAgent,
    [property: Id(2)] string? TraceId,
    [property: Id(3)] ActorKind Actor = ActorKind.User);
