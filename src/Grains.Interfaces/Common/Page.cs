namespace Platform;

/// <summary>One page of a list; <see cref="NextCursor"/> is null on the last one and opaque otherwise.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>The page with each item turned into another.</summary>
    public Page<TOther> Select<TOther>(Func<T, TOther> select) => new([.. Items.Select(select)], NextCursor);
}
