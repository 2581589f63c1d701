namespace Platform.Access;

/// <summary>A role that a user holds: in the whole organisation, or, with a dealer, at that node of the dealer tree and below it.</summary>
[GenerateSerializer, Immutable, Alias("platform.access.grant")]
public sealed record Grant([property: Id(0)] string Role, [property: Id(1)] Guid? DealerId = null);
