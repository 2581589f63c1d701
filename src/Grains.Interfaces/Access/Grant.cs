namespace Platform.Access;

/// <summary>
/// A role of a user. It applies to the whole organisation or, if a dealer is set, to that node of the dealer tree and those below it.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.access.grant")]
public sealed record Grant([property: Id(0)] string Role, [property: Id(1)] Guid? DealerId = null);
