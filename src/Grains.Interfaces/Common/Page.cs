namespace Platform;

/// <summary>One page of a list; <see cref="NextCursor"/> is null on the last one and opaque otherwise.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
